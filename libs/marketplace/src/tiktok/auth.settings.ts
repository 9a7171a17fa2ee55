import { IsString } from 'class-validator';
import { Env } from '#runtime';
import { given } from './settings.js';

/** What only auth-service must know: the apps and the pages on which sellers consent. */
export class TikTokAuthSettings {
  @Env(
    'TIKTOK_BOOTSTRAP_APPS',
    'apps entered at start when missing: `region:appKey:secret`, separated by commas',
  )
  @IsString()
  bootstrapApps: string = '';

  @Env(
    'TIKTOK_CONSENT_URL_US',
    'base address of the page on which US sellers consent; empty for the real one',
  )
  @IsString()
  consentUrlUs: string = '';

  @Env(
    'TIKTOK_CONSENT_URL_GLOBAL',
    'base address of the page on which all other sellers consent; empty for the real one',
  )
  @IsString()
  consentUrlGlobal: string = '';

  get consentPages(): Record<string, string> {
    return given({ us: this.consentUrlUs, global: this.consentUrlGlobal });
  }
}
