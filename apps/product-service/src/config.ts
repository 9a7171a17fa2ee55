import { IsString } from 'class-validator';
import { Env } from '#runtime';
import { SyncConfig } from '#sync';

export class ProductServiceConfig extends SyncConfig {
  @Env('PRODUCT_DATABASE_URL', "PostgreSQL URL of product-service's role")
  @IsString()
  databaseUrl!: string;

  @Env('PRODUCT_NATS_URL', "NATS URL with product-service's user")
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
}
