import { IsString } from 'class-validator';
import { Env } from '#runtime';
import { given } from './settings.js';

/** What only auth-service must know: the apps and the pages on which sellers consent. */
export class TemuAuthSettings {
  @Env(
    'TEMU_BOOTSTRAP_APPS',
    'apps entered at start when missing: `region:appKey:secret`, separated by commas',
  )
  @IsString()
  bootstrapApps: string = '';

  @Env('TEMU_SELLER_CENTER_URL_US', 'base address of the US seller centre; empty for the real one')
  @IsString()
  sellerCenterUrlUs: string = '';

  @Env('TEMU_SELLER_CENTER_URL_EU', 'base address of the EU seller centre; empty for the real one')
  @IsString()
  sellerCenterUrlEu: string = '';

  @Env('TEMU_SELLER_CENTER_URL_GLOBAL', 'base address of the GLOBAL seller centre; Temu has one per country')
  @IsString()
  sellerCenterUrlGlobal: string = '';

  get consentPages(): Record<string, string> {
    return given({
      us: this.sellerCenterUrlUs,
      eu: this.sellerCenterUrlEu,
      global: this.sellerCenterUrlGlobal,
    });
  }
}
