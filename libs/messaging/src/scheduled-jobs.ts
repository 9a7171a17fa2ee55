import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';

/** The names of what a service does by the clock. A service without a scheduler has none. */
export function scheduledJobs(app: INestApplicationContext): string[] {
  // Asked for by `app.get`, a registry that is not there would be logged as an error.
  const registries = [...app.get(ModulesContainer).values()]
    .map((module) => module.providers.get(SchedulerRegistry)?.instance)
    .filter((instance) => instance instanceof SchedulerRegistry);
  const names = registries.flatMap((registry) => [
    ...registry.getIntervals(),
    ...registry.getCronJobs().keys(),
  ]);
  return [...new Set(names)].sort();
}
