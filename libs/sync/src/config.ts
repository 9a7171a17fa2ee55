import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Env } from '#runtime';

/** Settings of every service that reads from a marketplace. */
export class SyncConfig {
  @Env('SYNC_INTERVAL_MINUTES', 'how often each shop is read, in minutes')
  @IsInt()
  @Min(1)
  @Max(1440)
  intervalMinutes: number = 30;

  @Env('AUTO_SYNC_ENABLED', 'whether the timer reads by itself (true or false)')
  @IsBoolean()
  isAutomatic: boolean = true;

  @Env('SYNC_PLATFORM_LAG_SECONDS', "how long the marketplace's lists may lag behind its changes, in seconds")
  @IsInt()
  @Min(0)
  @Max(3600)
  platformLagSeconds: number = 120;

  @Env('SYNC_CONCURRENCY', 'runs at once in one process')
  @IsInt()
  @Min(1)
  @Max(64)
  concurrency: number = 4;

  @Env('SYNC_SLICE_SECONDS', 'how long a run keeps its place while others wait for one, in seconds')
  @IsInt()
  @Min(1)
  @Max(3600)
  sliceSeconds: number = 30;

  @Env(
    'SYNC_STALE_AFTER_MINUTES',
    'a connected shop that was not read successfully for so long is called stale, in minutes; three intervals when left out',
  )
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  staleAfterMinutes?: number;

  @Env('SYNC_RUN_RETENTION_DAYS', 'how long ended runs and their logs are kept, in days')
  @IsInt()
  @Min(2)
  @Max(3650)
  runRetentionDays: number = 90;
}
