import { IsString } from 'class-validator';
import { Env } from '#runtime';

export class TemuAppsSettings {
  @Env(
    'TEMU_BOOTSTRAP_APPS',
    'apps entered at start when missing: `region:appKey:secret`, separated by commas',
  )
  @IsString()
  bootstrapApps: string = '';
}
