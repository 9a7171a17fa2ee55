import { Inject, Injectable } from '@nestjs/common';
import type { Caller, ChangeOrganisation, OrganisationView } from '#contracts';
import { Database } from '#runtime';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { nextNight } from './night.js';

/** What is set once for everybody: one row, there from the first migration on. */
@Injectable()
export class Organisation {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async timeZone(): Promise<string> {
    const [row] = await this.database.query<{ time_zone: string }>('SELECT time_zone FROM organisation');
    if (row === undefined) throw new Error('the row of the organisation is gone');
    return row.time_zone;
  }

  async get(): Promise<OrganisationView> {
    return viewOf(await this.timeZone(), this.now());
  }

  async change({ timeZone }: ChangeOrganisation, caller: Caller): Promise<OrganisationView> {
    const before = await this.timeZone();
    if (timeZone === undefined || timeZone === before) return this.get();
    await this.database.transaction(async (tx) => {
      await tx.query('UPDATE organisation SET time_zone = $1', [timeZone]);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'organisation.changed',
        subject: timeZone,
        details: { before: { timeZone: before }, after: { timeZone } },
        at: this.now(),
      });
    });
    return this.get();
  }
}

function viewOf(timeZone: string, now: Date): OrganisationView {
  return { timeZone, nextRenewalAt: nextNight(timeZone, now).toISOString() };
}
