/**
 * Every way a call is refused: code, HTTP status and text. Codes and texts are those of "Common errors" and of the
 * calls' own tables (Partner Center, September 2026), quoted as live answers quote; of the statuses 400, 401, 404 and
 * 429 were seen live, the others are our reading.
 */
const REFUSALS = {
  path_unknown: [36009009, 404, 'Invalid path. The specified path does not match any available endpoint.'],
  version_unknown: [36009014, 404, "Invalid API version. The 'version' value is invalid or unsupported."],
  method_wrong: [36009010, 405, 'Invalid method. The HTTP method used is not supported by this endpoint.'],
  app_key_invalid: [36009004, 400, "Invalid credentials. Invalid 'app_key' query parameter."],
  timestamp_late: [
    36009004,
    400,
    "Invalid timestamp. The value of the 'timestamp' query parameter must not be earlier than 5 minutes before the current time.",
  ],
  timestamp_ahead: [
    36009004,
    400,
    "Invalid timestamp. The value of the 'timestamp' query parameter must not exceed the current time by more than 30 seconds.",
  ],
  timestamp_invalid: [
    36009004,
    400,
    "Invalid timestamp. The value of the 'timestamp' query parameter must not be lesser than 0.",
  ],
  sign_missing: [
    36009004,
    400,
    'Missing credentials. The request does not include a required signature in the query.',
  ],
  sign_invalid: [106001, 401, "Invalid credentials. The 'sign' query parameter is invalid."],
  token_invalid: [36009004, 401, "Invalid credentials. The 'x-tts-access-token' header is invalid."],
  token_expired: [
    105002,
    401,
    "Expired credentials. The 'access_token' or 'x-tts-access-token' header has expired.",
  ],
  cipher_missing: [
    106013,
    400,
    "Missing identifier. The 'shop_cipher' query parameter is required to identify the target shop.",
  ],
  cipher_unexpected: [
    36009004,
    400,
    "Unexpected identifier. The 'shop_cipher' query parameter is not required for this request.",
  ],
  cipher_foreign: [
    101000,
    401,
    "Invalid query or header. The 'shop_cipher' query parameter or 'x-tts-access-token' header is invalid.",
  ],
  scope_missing: [
    105005,
    403,
    'Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.',
  ],
  rate_limited: [
    36009002,
    429,
    "Too many requests. You've made too many requests in a short period of time.",
  ],
  body_format: [
    36009022,
    400,
    "Invalid request format. The request body format must be 'application/json' for structured data or 'multipart/form-data' for binary files.",
  ],
  internal: [
    36009003,
    500,
    'Internal error. Please try again. If the issue persists after multiple attempts, please contact platform support.',
  ],
  timed_out: [36009007, 504, 'Request timeout. The request to the endpoint timed out.'],
  order_foreign: [21008111, 200, 'The order or package does not belong to the current seller.'],
  product_unknown: [12019150, 200, 'The product ID does not exist.'],
  too_many_seller_skus: [12019027, 200, 'The maximum count of “seller_skus” in the search filter is 10.'],
  too_many_sku_ids: [12019087, 200, 'The number of SKU IDs exceeds the limit of 10'],
  too_deep: [12052180, 200, 'The number of products in the search result exceeds the limit of 10000'],
  auth_code_invalid: [36004004, 200, 'invalid auth code'],
  refresh_token_unknown: [36004005, 200, 'can not find related auth record'],
  refresh_token_expired: [36004001, 200, 'rt has expired'],
  token_parameters: [98001004, 200, 'invalid params'],
} as const satisfies Record<string, readonly [code: number, httpStatus: number, message: string]>;

export type RefusalName = keyof typeof REFUSALS;

/** Of a parameter: 98001004 with its name, as the documents write it. */
const PARAMETER_INVALID = 98001004;

/** A call that is refused; the gateway makes an envelope of it. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly httpStatus: number,
    message: string,
  ) {
    super(message);
  }
}

/** Live answers of the gateway end so. */
const DETAILS = ' For more details: https://m.tiktok.example/s/sbx';

export function refusal(name: RefusalName): Refusal {
  const [code, httpStatus, message] = REFUSALS[name];
  return new Refusal(code, httpStatus, httpStatus === 200 ? message : message + DETAILS);
}

export function parameterInvalid(name: string, reason: string, expected: string): Refusal {
  return new Refusal(
    PARAMETER_INVALID,
    400,
    `Parameter ${name} is invalid. Reason: ${reason}. Expected: ${expected}`,
  );
}
