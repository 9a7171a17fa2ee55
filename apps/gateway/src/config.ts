import { IsInt, IsString, IsUrl, Max, Min, ValidateBy } from 'class-validator';
import { Env } from '#runtime';
import { TRUST_PROXY_RULE, type TrustedProxies, trustedProxiesOf } from './http/trusted-proxies.js';

const URL_RULE = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

export class GatewayConfig {
  @Env('GATEWAY_HOST', 'the address the gateway listens on')
  @IsString()
  host: string = '127.0.0.1';

  @Env('GATEWAY_PORT', 'the port the gateway listens on')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 3000;

  @Env('GATEWAY_NATS_URL', 'where NATS is, with the user of the gateway')
  @IsString()
  natsUrl: string = 'nats://127.0.0.1:4222';

  @Env(
    'GATEWAY_CALLER_KEY',
    'the private key under which the gateway tells services who asks, made by npm start and make-env',
  )
  @IsString()
  callerKey!: string;

  @Env('PUBLIC_URL', 'the address people open in their browser; cookies are Secure when it is https')
  @IsUrl(URL_RULE)
  publicUrl: string = 'http://127.0.0.1:3000';

  @Env('CORS_ORIGINS', 'origins of other pages that may call the API with cookies, separated by commas')
  @IsString()
  corsOrigins: string = '';

  @Env('WEB_DIST_DIR', 'the folder of the built page')
  @IsString()
  webDistDir: string = 'dist/web';

  @Env(
    'TRUST_PROXY',
    'whose X-Forwarded-For is believed: nobody’s, of so many proxies, or of those with these addresses',
  )
  @ValidateBy({
    name: 'trustProxy',
    validator: {
      validate: (text) => trustedProxiesOf(String(text)) !== undefined,
      defaultMessage: () => TRUST_PROXY_RULE,
    },
  })
  trustProxy: string = 'false';

  @Env('RATE_LIMIT_PER_MINUTE', 'API requests a minute from one address to one gateway; 0 for no limit')
  @IsInt()
  @Min(0)
  rateLimitPerMinute: number = 3000;

  @Env('SIGN_IN_LIMIT_PER_MINUTE', 'sign-in tries a minute from one address to one gateway; 0 for no limit')
  @IsInt()
  @Min(0)
  signInLimitPerMinute: number = 30;

  @Env('API_KEY_LIMIT_PER_MINUTE', 'requests a minute of one API key to one gateway; 0 for no limit')
  @IsInt()
  @Min(0)
  apiKeyLimitPerMinute: number = 600;

  @Env('REQUEST_TIMEOUT_SECONDS', 'how long a request may take to arrive whole')
  @IsInt()
  @Min(1)
  @Max(300)
  requestTimeoutSeconds: number = 20;

  get isSecure(): boolean {
    return this.publicUrl.startsWith('https:');
  }

  get trustedProxies(): TrustedProxies {
    return trustedProxiesOf(this.trustProxy) ?? false;
  }

  /** Origins whose pages may send unsafe requests with cookies. */
  get allowedOrigins(): string[] {
    const others = this.corsOrigins.split(',').map((origin) => origin.trim());
    return [new URL(this.publicUrl).origin, ...others.filter((origin) => origin !== '')];
  }
}
