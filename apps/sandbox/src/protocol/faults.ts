import type { Region } from '../regions.js';

/** Every way the gateway itself refuses a call, before any business is done. */
export type GatewayRefusal =
  | 'parameter_invalid'
  | 'type_missing'
  | 'type_unknown'
  | 'app_key_missing'
  | 'app_key_unknown'
  | 'app_key_no_permission'
  | 'sign_missing'
  | 'sign_invalid'
  | 'timestamp_missing'
  | 'timestamp_ahead'
  | 'timestamp_expired'
  | 'timestamp_invalid'
  | 'data_type_missing'
  | 'data_type_invalid'
  | 'token_missing'
  | 'token_unknown'
  | 'token_foreign_app'
  | 'token_expired'
  | 'token_replaced'
  | 'scope_missing'
  | 'rate_limited'
  | 'system_error';

/**
 * The CN gateway numbers its refusals on its own, and there 7000000 means something else. Where the CN documents name
 * no code the nearest of theirs is used (200000 business failure); rate and system errors have no CN number at all.
 */
const CODES: Record<GatewayRefusal, { readonly code: number; readonly cnCode: number }> = {
  parameter_invalid: { code: 3000000, cnCode: 200000 },
  type_missing: { code: 3000002, cnCode: 7000000 },
  type_unknown: { code: 3000003, cnCode: 7000016 },
  app_key_missing: { code: 3000025, cnCode: 7000002 },
  app_key_unknown: { code: 3000026, cnCode: 7000005 },
  app_key_no_permission: { code: 3000027, cnCode: 7000005 },
  sign_missing: { code: 3000040, cnCode: 7000014 },
  sign_invalid: { code: 3000001, cnCode: 7000015 },
  timestamp_missing: { code: 3000010, cnCode: 7000008 },
  timestamp_ahead: { code: 3000011, cnCode: 7000011 },
  timestamp_expired: { code: 3000012, cnCode: 7000010 },
  timestamp_invalid: { code: 3000000, cnCode: 7000011 },
  data_type_missing: { code: 3000013, cnCode: 7000013 },
  data_type_invalid: { code: 3000014, cnCode: 7000013 },
  token_missing: { code: 3000030, cnCode: 7000003 },
  token_unknown: { code: 3000031, cnCode: 7000018 },
  token_foreign_app: { code: 3000033, cnCode: 7000006 },
  token_expired: { code: 3000034, cnCode: 7000007 },
  token_replaced: { code: 3000034, cnCode: 7000020 },
  scope_missing: { code: 3000032, cnCode: 7000019 },
  rate_limited: { code: 4000004, cnCode: 4000004 },
  system_error: { code: 4000000, cnCode: 4000000 },
};

/** Refused by the gateway; becomes an envelope with the code of the gateway's own numbering. */
export class GatewayFault extends Error {
  constructor(
    readonly refusal: GatewayRefusal,
    message: string,
  ) {
    super(message);
  }
}

export interface FaultCodeSettings {
  /** Live notes say that some gateways answer 4000000 where the documents say 3000026. */
  unknownAppCode: 3000026 | 4000000;
}

export function codeOf(refusal: GatewayRefusal, region: Region, settings: FaultCodeSettings): number {
  if (refusal === 'app_key_unknown' && settings.unknownAppCode === 4000000) return 4000000;
  const entry = CODES[refusal];
  return region === 'cn' ? entry.cnCode : entry.code;
}
