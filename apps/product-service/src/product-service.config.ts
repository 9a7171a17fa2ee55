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
    'CREDENTIAL_LEASE_KEY',
    'the key that proves to auth-service who asks for credentials (base64, 32 bytes)',
  )
  @IsString()
  leaseKey!: string;
}
