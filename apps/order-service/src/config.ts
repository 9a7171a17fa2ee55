import { IsInt, IsString, Max, Min } from 'class-validator';
import { Env } from '#runtime';
import { SyncConfig } from '#sync';

export class OrderServiceConfig extends SyncConfig {
  @Env('ORDER_DATABASE_URL', "PostgreSQL URL of order-service's role")
  @IsString()
  databaseUrl!: string;

  @Env('ORDER_NATS_URL', "NATS URL with order-service's user")
  @IsString()
  natsUrl!: string;

  @Env(
    'CALLER_PUBLIC_KEYS',
    'the keys by which callers of people are verified: `gateway:<base64>,admin:<base64>`, made by npm start and make-env',
  )
  @IsString()
  callerKeys!: string;

  @Env(
    'CREDENTIAL_LEASE_KEY',
    'the key that proves to auth-service who asks for credentials (base64, 32 bytes)',
  )
  @IsString()
  leaseKey!: string;

  @Env('SYNC_FIRST_LOAD_DAYS', 'how many days back the first load of a shop reads')
  @IsInt()
  @Min(1)
  @Max(730)
  firstLoadDays: number = 365;

  @Env('ORDER_AMOUNTS_CONCURRENCY', 'amount calls under way at once for one shop')
  @IsInt()
  @Min(1)
  @Max(64)
  amountsConcurrency: number = 8;

  @Env('ORDER_ADDRESSES_CONCURRENCY', 'address calls under way at once for one shop')
  @IsInt()
  @Min(1)
  @Max(64)
  addressesConcurrency: number = 4;

  @Env(
    'ORDER_ADDRESS_KEYS',
    "the keys that encrypt buyers' addresses, `id:base64 of 32 bytes`, separated by commas; the first encrypts, all decrypt",
  )
  @IsString()
  addressKeys!: string;

  @Env(
    'ORDER_ADDRESS_RETENTION_DAYS',
    "days after an order's last change, once nothing is left to ship, until its address is erased",
  )
  @IsInt()
  @Min(1)
  @Max(3650)
  addressRetentionDays: number = 90;

  @Env('ORDER_HINT_SETTLE_MS', "how long after its first hint a webhook's order is read, in milliseconds")
  @IsInt()
  @Min(0)
  @Max(60_000)
  hintSettleMs: number = 1_000;

  @Env('ORDER_AUDIT_HOUR', 'from which hour of its own night a shop is audited, 0 to 23')
  @IsInt()
  @Min(0)
  @Max(23)
  auditHour: number = 1;

  @Env('ORDER_AUDIT_SPREAD_MINUTES', 'over how many minutes the audits of a night are spread')
  @IsInt()
  @Min(1)
  @Max(720)
  auditSpreadMinutes: number = 240;

  @Env('ORDER_AUDIT_RECENT_DAYS', 'how many of the newest creation days are counted every night')
  @IsInt()
  @Min(1)
  @Max(730)
  auditRecentDays: number = 35;

  @Env('ORDER_AUDIT_OLDER_WITHIN_DAYS', 'within how many nights all older creation days have their turn')
  @IsInt()
  @Min(1)
  @Max(365)
  auditOlderWithinDays: number = 7;
}
