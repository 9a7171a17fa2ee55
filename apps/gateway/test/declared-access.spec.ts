import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { assertEveryRouteDeclaresAccess } from '../src/access/access.js';
import { Endpoint } from '../src/http/endpoint.decorator.js';

@Controller('things')
class ThingsController {
  @Get()
  @Endpoint({ right: 'shops.read', summary: 'Declared', ok: null })
  declared(): void {}

  @Get('open')
  forgotten(): void {}

  helper(): void {}
}

@Module({ imports: [DiscoveryModule], controllers: [ThingsController] })
class ThingsModule {}

test('an endpoint that does not say who may call it stops the start', async () => {
  const app = await NestFactory.createApplicationContext(ThingsModule, { logger: false });
  const discovery = app.get(DiscoveryService);
  assert.throws(() => assertEveryRouteDeclaresAccess(discovery), /ThingsController\.forgotten\. Give each/);
  await app.close();
});
