import type { ChaosBed } from '../../test/chaos/bed.js';
import type { Action } from './schedule.js';

export interface Crash {
  readonly name: string;
  readonly how: string;
  /** It ended while it served, not while it started. */
  readonly wasReady: boolean;
}

/** A whole installation with several replicas of everything, as scripts/lib/chaos/cluster.mjs brings it up. */
export interface Cluster extends ChaosBed {
  readonly logs: string;
  /** What ended without our doing. */
  readonly crashes: readonly Crash[];
  allReady(): Promise<void>;
  /** Plays one action; false while its target is down from an earlier one. */
  act(action: Action): boolean;
  stop(): Promise<void>;
}

export type StartCluster = (options: {
  readonly dataDir: string;
  /** Of each service. */
  readonly replicas: number;
  /** Of the services and the sandbox. */
  readonly settings: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
}) => Promise<Cluster>;
