import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Env } from '#runtime';

export class AnalyticsConfig {
  @Env('ANALYTICS_DATABASE_URL', 'the Postgres address of the role that owns the schema `analytics`')
  @IsString()
  @Matches(/^postgres(ql)?:\/\//, { message: 'it must begin with postgres://' })
  databaseUrl!: string;

  @Env('ANALYTICS_NATS_URL', 'the NATS address with the user of analytics-service')
  @IsString()
  @Matches(/^nats:\/\//, { message: 'it must begin with nats://' })
  natsUrl!: string;

  @Env(
    'CALLER_PUBLIC_KEYS',
    'the keys by which callers of people are verified: `gateway:<base64>,admin:<base64>`, made by npm start and make-env',
  )
  @IsString()
  callerKeys!: string;

  @Env('ANALYTICS_COMPARE_SECONDS', 'how often each shop’s facts are compared with order-service')
  @IsInt()
  @Min(5)
  @Max(86_400)
  // The type is written out: the setting is read by it.
  compareSeconds: number = 60;
}
