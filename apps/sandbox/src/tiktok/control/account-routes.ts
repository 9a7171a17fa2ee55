import type { FastifyInstance } from 'fastify';
import { ControlBody, ControlError } from '../../control/validate.js';
import type { TikTokParts } from '../../sandbox-parts.js';
import { ALL_SCOPES } from '../accounts/scopes.js';
import { type App, type Grant, PORTALS } from '../accounts/types.js';
import { expire } from '../gateway/play-fault.js';

function findApp(parts: TikTokParts, appKey: string): App {
  const app = parts.accounts.app(appKey);
  if (app === undefined) throw new ControlError('appKey', `app ${appKey} does not exist`, 404);
  return app;
}

function findGrant(parts: TikTokParts, body: ControlBody): { app: App; grant: Grant } {
  const app = findApp(parts, body.requiredText('appKey'));
  const openId = body.requiredText('openId');
  const grant = parts.accounts.grant(app.appKey, openId);
  if (grant === undefined) {
    throw new ControlError('openId', `seller ${openId} has granted app ${app.appKey} nothing`, 404);
  }
  return { app, grant };
}

function readScopes(body: ControlBody): string[] {
  const scopes = body.texts('scopes') ?? [...ALL_SCOPES];
  const unknown = scopes.find((scope) => !ALL_SCOPES.includes(scope));
  if (unknown !== undefined) {
    throw new ControlError('scopes', `scope ${unknown} is unknown; known: ${ALL_SCOPES.join(', ')}`);
  }
  return scopes;
}

function describeGrant(grant: Grant, parts: TikTokParts): Record<string, unknown> {
  const app = parts.accounts.app(grant.appKey);
  const ciphers = Object.fromEntries(
    grant.shopIds.map((id) => [id, app === undefined ? '' : parts.accounts.cipherOf(app, id)]),
  );
  return { ...grant, ciphers };
}

function registerApps(control: FastifyInstance, parts: TikTokParts): void {
  control.get('/apps', async () => ({ apps: parts.accounts.apps() }));

  control.post('/apps', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const appKey = body.requiredText('appKey', 80);
    const known = parts.accounts.app(appKey);
    const app: App = {
      appKey,
      appSecret: body.text('appSecret', 120) ?? known?.appSecret ?? '',
      serviceId: body.text('serviceId', 40) ?? known?.serviceId ?? '',
      portal: body.oneOf('portal', PORTALS) ?? known?.portal ?? 'row',
      name: body.text('name', 80) ?? known?.name ?? appKey,
      redirectUrl: body.url('redirectUrl') ?? known?.redirectUrl ?? null,
      webhookUrl: body.url('webhookUrl') ?? known?.webhookUrl ?? null,
    };
    body.end();
    if (app.appSecret === '') throw new ControlError('appSecret', 'appSecret is required');
    if (app.serviceId === '') throw new ControlError('serviceId', 'serviceId is required');
    parts.accounts.saveApp(app);
    return reply.code(201).send(app);
  });
}

export function registerAccounts(control: FastifyInstance, parts: TikTokParts): void {
  registerApps(control, parts);
  const { accounts, world } = parts;

  control.get('/grants', async () => ({
    grants: accounts.grants().map((grant) => describeGrant(grant, parts)),
  }));

  control.post('/grants', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const app = findApp(parts, body.requiredText('appKey'));
    const openId = body.requiredText('openId');
    const scopes = readScopes(body);
    body.end();
    if (world.seller(openId) === undefined) {
      throw new ControlError('openId', `seller ${openId} does not exist`, 404);
    }
    const shopIds = world.shopsOf(openId).map(({ id }) => id);
    const grant = accounts.issueGrant(app, openId, scopes, shopIds);
    return reply.code(201).send(describeGrant(grant, parts));
  });

  control.post('/codes', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const app = findApp(parts, body.requiredText('appKey'));
    const openId = body.requiredText('openId');
    const scopes = readScopes(body);
    body.end();
    if (world.seller(openId) === undefined) {
      throw new ControlError('openId', `seller ${openId} does not exist`, 404);
    }
    return reply.code(201).send(accounts.issueCode(app, openId, scopes));
  });

  control.post('/grants/withdraw', async (request) => {
    const body = ControlBody.parse(request.body);
    const { app, grant } = findGrant(parts, body);
    body.end();
    accounts.saveGrant({ ...grant, isWithdrawn: true });
    parts.webhooks.announceEnd(app, grant);
    return { withdrawn: true };
  });

  control.patch('/grants', async (request) => {
    const body = ControlBody.parse(request.body);
    const { grant } = findGrant(parts, body);
    const changed: Grant = {
      ...grant,
      scopes: readScopes(body),
      refreshExpiresAt: body.int('refreshExpiresAt', 0, 9_999_999_999) ?? grant.refreshExpiresAt,
    };
    const accessExpiresAt = body.int('accessExpiresAt', 0, 9_999_999_999);
    body.end();
    if (accessExpiresAt !== undefined) {
      changed.accessTokens = grant.accessTokens.map((held) => ({ ...held, expiresAt: accessExpiresAt }));
    }
    accounts.saveGrant(changed);
    return describeGrant(changed, parts);
  });

  control.post('/tokens/expire', async (request) => {
    const body = ControlBody.parse(request.body);
    const accessToken = body.requiredText('accessToken', 300);
    body.end();
    if (!expire(accessToken, parts)) throw new ControlError('accessToken', 'this token does not exist', 404);
    return { expired: true };
  });

  control.get('/refresh-rule', async () => ({ takesLostRefreshes: accounts.takesLostRefreshes }));

  control.put('/refresh-rule', async (request) => {
    const body = ControlBody.parse(request.body);
    accounts.takesLostRefreshes = body.boolean('takesLostRefreshes') ?? accounts.takesLostRefreshes;
    body.end();
    return { takesLostRefreshes: accounts.takesLostRefreshes };
  });
}
