import { Controller, Get } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { AppError } from '#runtime';
import { Endpoint } from '../http/endpoint.decorator.js';
import { ServiceHealth, type ServiceState } from './service-health.js';

export class Liveness {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class Readiness {
  @ApiProperty({
    enum: ['ok', 'degraded'],
    description: '`degraded`: some pages lack their service; where nobody can sign in the answer is 503',
  })
  status!: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'database', 'silent'] },
    example: { auth: 'ok', order: 'ok', product: 'ok', analytics: 'silent' },
    description: '`database`: the service cannot reach its database; `silent`: it does not answer',
  })
  services!: Record<string, ServiceState>;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: ServiceHealth) {}

  @Get('live')
  @Endpoint({ public: 'asked by supervisors', summary: 'Does the gateway run?', ok: Liveness })
  live(): Liveness {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({
    public: 'asked by load balancers',
    summary: 'Can the services behind be used?',
    ok: Readiness,
    errors: ['service.not_ready'],
  })
  async ready(): Promise<Readiness> {
    const services = await this.health.check();
    const states = Object.values(services);
    if (services.auth !== 'ok') {
      throw new AppError(
        'unavailable',
        'service.not_ready',
        'Nobody can sign in now. Try again in a moment.',
        { services },
      );
    }
    return { status: states.every((state) => state === 'ok') ? 'ok' : 'degraded', services };
  }
}
