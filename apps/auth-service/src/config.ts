import { IsEmail, IsInt, IsString, IsUrl, Max, Min } from 'class-validator';
import { Env } from '#runtime';

const URL_RULE = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

export class AuthConfig {
  @Env('AUTH_DATABASE_URL', "PostgreSQL URL of auth-service's role")
  @IsString()
  databaseUrl!: string;

  @Env('AUTH_NATS_URL', "NATS URL with auth-service's user")
  @IsString()
  natsUrl!: string;

  @Env(
    'CALLER_PUBLIC_KEYS',
    'the keys by which callers of people are verified: `gateway:<base64>,admin:<base64>`, made by npm start and make-env',
  )
  @IsString()
  callerKeys!: string;

  @Env(
    'AUTH_MASTER_KEYS',
    'the keys that encrypt tokens and secrets, `id:base64 of 32 bytes`, separated by commas; the first encrypts, all decrypt',
  )
  @IsString()
  masterKeys!: string;

  @Env(
    'CREDENTIAL_LEASE_KEY',
    'the key by which order- and product-service prove who they are (base64, 32 bytes)',
  )
  @IsString()
  leaseKey!: string;

  @Env('PUBLIC_URL', 'the address people open in their browser; marketplaces send sellers back to it')
  @IsUrl(URL_RULE)
  publicUrl: string = 'http://127.0.0.1:3000';

  @Env('OWNER_EMAIL', 'the e-mail address of the owner who is created at the first start')
  @IsEmail()
  ownerEmail: string = 'owner@omni.local';

  @Env('AUTH_SESSION_IDLE_DAYS', 'how long a session lives without use, in days')
  @IsInt()
  @Min(1)
  @Max(365)
  sessionIdleDays: number = 14;

  @Env('AUTH_SESSION_DAYS', 'when a session ends however much it is used, in days')
  @IsInt()
  @Min(1)
  @Max(365)
  sessionDays: number = 30;

  // Longer than a message may be late: until then its double must be known.
  @Env('WEBHOOK_RETENTION_DAYS', 'how long webhooks are kept, in days')
  @IsInt()
  @Min(3)
  @Max(3650)
  webhookRetentionDays: number = 60;
}
