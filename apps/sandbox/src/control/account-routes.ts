import type { FastifyInstance } from 'fastify';
import { ALL_SCOPES, EVENT_CODES } from '../accounts/scopes.js';
import type { App, Token } from '../accounts/types.js';
import { REGIONS } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { ControlBody, ControlError } from './validate.js';

const MAX_SECONDS = 9_999_999_999;

function findApp(parts: SandboxParts, appKey: string): App {
  const app = parts.accounts.app(appKey);
  if (app === undefined) throw new ControlError('appKey', `app ${appKey} does not exist`, 404);
  return app;
}

function findToken(parts: SandboxParts, accessToken: string): Token {
  const token = parts.accounts.token(accessToken);
  if (token === undefined) throw new ControlError('accessToken', 'this token does not exist', 404);
  return token;
}

function readScopes(body: ControlBody): string[] {
  const scopes = body.texts('scopes') ?? [...ALL_SCOPES];
  const unknown = scopes.find((scope) => !ALL_SCOPES.includes(scope));
  if (unknown !== undefined) {
    throw new ControlError('scopes', `scope ${unknown} is unknown; known: ${ALL_SCOPES.join(', ')}`);
  }
  return scopes;
}

function readPushUrl(body: ControlBody): { pushUrl?: string } {
  const pushUrl = body.url('pushUrl');
  return pushUrl === undefined ? {} : { pushUrl };
}

function registerApps(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/apps', async () => ({ apps: parts.accounts.apps() }));

  control.post('/apps', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const region = body.requiredOneOf('region', REGIONS);
    const appKey = body.requiredText('appKey', 80);
    const app: App = {
      appKey,
      appSecret: body.requiredText('appSecret', 120),
      name: body.text('name', 80) ?? appKey,
      region,
      redirectUris: body.texts('redirectUris') ?? [],
      allowsLoopbackRedirects: body.boolean('allowsLoopbackRedirects') ?? true,
      eventCodes: body.texts('eventCodes') ?? [...EVENT_CODES],
      ...readPushUrl(body),
    };
    body.end();
    if (parts.accounts.app(appKey) !== undefined) {
      throw new ControlError('appKey', `app ${appKey} exists already; choose another key`);
    }
    parts.accounts.addApp(app);
    return reply.code(201).send(app);
  });
}

function registerTokens(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/tokens', async () => ({ tokens: parts.accounts.tokens() }));

  control.post('/tokens', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const app = findApp(parts, body.requiredText('appKey'));
    const mallId = body.requiredInt('mallId', 1, Number.MAX_SAFE_INTEGER);
    const scopes = readScopes(body);
    const accessToken = body.text('accessToken', 120);
    const expiresAtSeconds = body.int('expiresAtSeconds', 0, MAX_SECONDS);
    const grantedEventCodes = body.texts('grantedEventCodes');
    body.end();
    if (parts.world.shop(mallId) === undefined) {
      throw new ControlError('mallId', `shop ${mallId} does not exist`, 404);
    }
    if (accessToken !== undefined && parts.accounts.token(accessToken) !== undefined) {
      throw new ControlError('accessToken', 'this token exists already; choose another text');
    }
    const token = parts.accounts.issueToken(app, mallId, scopes, {
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(expiresAtSeconds === undefined ? {} : { expiresAtSeconds }),
      ...(grantedEventCodes === undefined ? {} : { grantedEventCodes }),
    });
    return reply.code(201).send(token);
  });

  control.post('/codes', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const app = findApp(parts, body.requiredText('appKey'));
    const mallId = body.requiredInt('mallId', 1, Number.MAX_SAFE_INTEGER);
    const scopes = readScopes(body);
    body.end();
    if (parts.world.shop(mallId)?.shop.region !== app.region) {
      throw new ControlError('mallId', `shop ${mallId} does not exist in region ${app.region}`, 404);
    }
    return reply.code(201).send(parts.accounts.issueCode(app, mallId, scopes));
  });

  control.post('/tokens/expire', async (request) => {
    const body = ControlBody.parse(request.body);
    const token = findToken(parts, body.requiredText('accessToken'));
    const expiresAtSeconds = body.int('expiresAtSeconds', 0, MAX_SECONDS) ?? parts.clock.nowSeconds();
    body.end();
    const changed = { ...token, expiresAtSeconds };
    parts.accounts.saveToken(changed);
    return changed;
  });

  control.post('/tokens/revoke-scope', async (request) => {
    const body = ControlBody.parse(request.body);
    const token = findToken(parts, body.requiredText('accessToken'));
    const scope = body.requiredText('scope');
    body.end();
    if (!token.scopes.includes(scope))
      throw new ControlError('scope', `the token does not have scope ${scope}`);
    const changed = { ...token, scopes: token.scopes.filter((kept) => kept !== scope) };
    parts.accounts.saveToken(changed);
    return changed;
  });
}

export function registerAccountControl(control: FastifyInstance, parts: SandboxParts): void {
  registerApps(control, parts);
  registerTokens(control, parts);
}
