import { IsInt, IsString, Max, Min } from 'class-validator';
import { Env } from '#runtime';
import type { ConnectorSettings } from '../marketplace-module.js';
import type { TemuRegion } from './wire/regions.js';

/** Where Temu is called and how fast; the sandbox stands in its place by these. */
export class TemuSettings {
  @Env('TEMU_CALLS_PER_SECOND', 'calls a second that Temu grants an app key; the same in all services')
  @IsInt()
  @Min(1)
  @Max(10_000)
  callsPerSecond: number = 20;

  @Env('TEMU_GATEWAY_URL_US', "base address of Temu's US gateway; empty for the real one")
  @IsString()
  gatewayUrlUs: string = '';

  @Env('TEMU_GATEWAY_URL_EU', "base address of Temu's EU gateway; empty for the real one")
  @IsString()
  gatewayUrlEu: string = '';

  @Env('TEMU_GATEWAY_URL_GLOBAL', "base address of Temu's GLOBAL gateway; empty for the real one")
  @IsString()
  gatewayUrlGlobal: string = '';

  @Env('TEMU_GATEWAY_URL_CN', "base address of Temu's CN gateway; empty for the real one")
  @IsString()
  gatewayUrlCn: string = '';

  @Env('TEMU_GATEWAY_URL_PARTNER', "base address of Temu's partner gateway; empty for the real one")
  @IsString()
  gatewayUrlPartner: string = '';

  get connector(): ConnectorSettings {
    const hosts: Record<TemuRegion, string> = {
      us: this.gatewayUrlUs,
      eu: this.gatewayUrlEu,
      global: this.gatewayUrlGlobal,
      cn: this.gatewayUrlCn,
      partner: this.gatewayUrlPartner,
    };
    return { hosts: given(hosts), callsPerSecond: this.callsPerSecond };
  }
}

/** Those that are set. */
export function given(urls: Partial<Record<TemuRegion, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== ''));
}
