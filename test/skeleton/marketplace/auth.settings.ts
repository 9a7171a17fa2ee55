import { IsString } from 'class-validator';
import { Env } from '#runtime';

export class SkeletonAuthSettings {
  @Env(
    'SKELETON_BOOTSTRAP_APPS',
    'apps entered at start when missing: `region:appKey:secret`, separated by commas',
  )
  @IsString()
  bootstrapApps: string = '';

  @Env('SKELETON_CONSENT_PAGE', 'base address of its EU consent page; empty for the real one')
  @IsString()
  consentPage: string = '';

  get consentPages(): Record<string, string> {
    return this.consentPage === '' ? {} : { eu: this.consentPage };
  }
}
