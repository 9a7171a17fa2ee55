import type { INestApplicationContext } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';

/** The names of what a service does by the clock. A service without a scheduler has none. */
export function scheduledJobs(app: INestApplicationContext): string[] {
  let registry: SchedulerRegistry;
  try {
    registry = app.get(SchedulerRegistry, { strict: false });
  } catch {
    return [];
  }
  return [...registry.getIntervals(), ...registry.getCronJobs().keys()].sort();
}
