import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../http/endpoint.decorator.js';
import { ServiceHealth, type ServiceState } from './service-health.js';

export class Liveness {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class Readiness {
  @ApiProperty({
    enum: ['ok', 'degraded', 'down'],
    description: '`down` (503): nobody can sign in; `degraded`: some pages lack their service',
  })
  status!: 'ok' | 'degraded' | 'down';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'database', 'silent'] },
    example: { auth: 'ok', order: 'ok', product: 'ok', analytics: 'silent' },
    description: '`database`: the service cannot reach its database; `silent`: it does not answer',
  })
  services!: Record<string, ServiceState>;
}

@Controller('health')
export class HealthController {
  constructor(@Inject(ServiceHealth) private readonly health: ServiceHealth) {}

  @Get('live')
  @Endpoint({ public: 'asked by supervisors', summary: 'Does the gateway run?', ok: Liveness })
  live(): Liveness {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({ public: 'asked by load balancers', summary: 'Can the services behind be used?', ok: Readiness })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const services = await this.health.check();
    const states = Object.values(services);
    const status =
      services.auth !== 'ok' ? 'down' : states.every((state) => state === 'ok') ? 'ok' : 'degraded';
    if (status === 'down') void reply.status(503);
    return { status, services };
  }
}
