import { IsInt, IsString, Max, Min } from 'class-validator';
import { Env } from '#runtime';
import type { ConnectorSettings } from '../marketplace-module.js';

export class SkeletonSettings {
  @Env('SKELETON_CALLS_PER_SECOND', 'calls a second that the marketplace grants an app key')
  @IsInt()
  @Min(1)
  @Max(10_000)
  callsPerSecond: number = 20;

  @Env('SKELETON_HOST', 'base address of its EU host; empty for the real one')
  @IsString()
  host: string = '';

  get connector(): ConnectorSettings {
    return { hosts: this.host === '' ? {} : { eu: this.host }, callsPerSecond: this.callsPerSecond };
  }
}
