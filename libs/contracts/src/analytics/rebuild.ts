import { IsOptional } from 'class-validator';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { IsId } from '../kernel/fields.js';

export class StartRebuild {
  /** Left out: every shop. */
  @IsOptional()
  @IsId('shop')
  shopId?: string;
}

/** `filling`: facts are gathered beside the figures that answer; `finished`: the new ones answer. */
export const REBUILD_STATUSES = ['filling', 'finished', 'abandoned'] as const;

/** Figures of one shop or all, built anew from order-service's orders while the old ones answer. */
export interface FiguresRebuild {
  /** The build's number; the next one's is higher. */
  id: number;
  status: (typeof REBUILD_STATUSES)[number];
  /** Who asked for it. */
  startedBy: string | null;
  startedAt: string;
  finishedAt: string | null;
  shops: number;
  /** Shops whose facts agreed with the owner's checksums at the last comparison. */
  shopsEqual: number;
  /** Orders gathered, as of the last comparison. */
  orders: number;
  /** Orders that order-service holds; null until every shop was compared once. */
  ownersOrders: number | null;
  /** Days still to be summed; 0 when it has ended. */
  daysToSum: number;
  /** Shop days with orders; null until it is finished. */
  days: number | null;
}

export const Rebuilds = {
  /** Refused with `rebuild.open` while another is open: one at a time. */
  start: defineRpc('analytics', 'rebuild', 'start', 1, {
    input: StartRebuild,
    kind: 'command',
    callers: ['admin'],
    timeoutMs: 30_000,
  }).answers<FiguresRebuild>(),
  /** The newest, open or ended; null when there was none yet. */
  get: defineRpc('analytics', 'rebuild', 'get', 1, {
    input: NoInput,
    kind: 'query',
    callers: ['admin'],
  }).answers<FiguresRebuild | null>(),
  /** What was gathered is removed; the figures stay what they are. Refused when none is open. */
  abandon: defineRpc('analytics', 'rebuild', 'abandon', 1, {
    input: NoInput,
    kind: 'command',
    callers: ['admin'],
  }).answers<FiguresRebuild>(),
} as const;
