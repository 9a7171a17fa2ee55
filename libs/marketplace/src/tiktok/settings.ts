import { IsInt, IsString, Max, Min } from 'class-validator';
import { Env } from '#runtime';
import type { ConnectorSettings } from '../marketplace-module.js';
import type { TikTokRegion } from './wire/regions.js';

/** Where TikTok Shop is called and how fast; the sandbox stands in its place by these. */
export class TikTokSettings {
  @Env(
    'TIKTOK_CALLS_PER_SECOND',
    'calls a second that TikTok Shop grants an app key; the same in all services',
  )
  @IsInt()
  @Min(1)
  @Max(10_000)
  callsPerSecond: number = 50;

  @Env('TIKTOK_API_URL_US', "base address of TikTok Shop's API for US apps; empty for the real one")
  @IsString()
  apiUrlUs: string = '';

  @Env(
    'TIKTOK_API_URL_GLOBAL',
    "base address of TikTok Shop's API for all other apps; empty for the real one",
  )
  @IsString()
  apiUrlGlobal: string = '';

  @Env(
    'TIKTOK_TOKEN_URL_US',
    'base address at which US apps exchange codes and tokens; empty for the real one',
  )
  @IsString()
  tokenUrlUs: string = '';

  @Env(
    'TIKTOK_TOKEN_URL_GLOBAL',
    'base address at which all other apps exchange codes and tokens; empty for the real one',
  )
  @IsString()
  tokenUrlGlobal: string = '';

  get connector(): ConnectorSettings {
    return {
      hosts: given({ us: this.apiUrlUs, global: this.apiUrlGlobal }),
      tokenHosts: given({ us: this.tokenUrlUs, global: this.tokenUrlGlobal }),
      callsPerSecond: this.callsPerSecond,
    };
  }
}

/** Those that are set. */
export function given(urls: Record<TikTokRegion, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== ''));
}
