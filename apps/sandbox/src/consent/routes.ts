import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GRANTED_SCOPES, SENSITIVE_SCOPES } from '../accounts/scopes.js';
import type { App } from '../accounts/types.js';
import { isRegion, type Region } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ShopState } from '../world/shop-state.js';
import { errorPage } from './html.js';
import { consentPage, issuedTokenPage, manualTokenPage } from './pages.js';
import { checkRedirectUri } from './redirect.js';

interface RegionParams {
  Params: { region: string };
}

/** No script and nothing foreign; no form-action, which would also forbid the redirect after the form. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

export function sendPage(reply: FastifyReply, status: number, content: string): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(content);
}

export function formOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://sandbox').searchParams;
}

function scopesOf(form: URLSearchParams): string[] {
  const ticked = form.getAll('scope');
  return [
    ...GRANTED_SCOPES,
    ...(ticked.includes('amounts') ? [SENSITIVE_SCOPES.amounts] : []),
    ...(ticked.includes('prices') ? [SENSITIVE_SCOPES.prices] : []),
  ];
}

function shopsOf(region: Region, parts: SandboxParts): ShopState[] {
  return parts.world.shops().filter((state) => state.shop.region === region);
}

function chosenShop(form: URLSearchParams, region: Region, parts: SandboxParts): ShopState | undefined {
  return shopsOf(region, parts).find((state) => String(state.shop.mallId) === form.get('mallId'));
}

type Asked = { app: App; redirect: URL; redirectUri: string; state: string } | { problem: string };

/** The same checks for showing the page and for its form, which anybody could send. */
function readAsked(values: URLSearchParams, region: Region, parts: SandboxParts): Asked {
  // The documents write appKey; one known client writes app_key.
  const appKey = values.get('appKey') ?? values.get('app_key') ?? '';
  if (appKey === '') return { problem: 'appKey is missing; add it to the address' };
  const app = parts.accounts.app(appKey);
  if (app === undefined) return { problem: `app ${appKey} is unknown` };
  if (app.region !== region) {
    return { problem: `app ${appKey} belongs to region ${app.region}; open its page under /${app.region}/` };
  }
  const redirectUri = values.get('redirect_uri') ?? '';
  const check = checkRedirectUri(app, redirectUri);
  if (!check.ok) return { problem: check.problem };
  return { app, redirect: check.url, redirectUri, state: values.get('state') ?? '' };
}

function sendProblem(reply: FastifyReply, problem: string): FastifyReply {
  return sendPage(reply, 400, errorPage('This authorization cannot go on', '无法继续授权', problem));
}

function registerConsent(server: FastifyInstance, parts: SandboxParts): void {
  const path = '/:region/open-platform/client-manage/authorization';

  server.get<RegionParams>(path, async (request, reply) => {
    const { region } = request.params;
    if (!isRegion(region)) return reply.callNotFound();
    const asked = readAsked(queryOf(request), region, parts);
    if ('problem' in asked) return sendProblem(reply, asked.problem);
    return sendPage(reply, 200, consentPage({ region, ...asked }, shopsOf(region, parts)));
  });

  server.post<RegionParams>(path, async (request, reply) => {
    const { region } = request.params;
    if (!isRegion(region)) return reply.callNotFound();
    const form = formOf(request);
    const asked = readAsked(form, region, parts);
    if ('problem' in asked) return sendProblem(reply, asked.problem);
    const { app, redirect, state } = asked;
    if (form.get('decision') === 'deny') {
      redirect.searchParams.set('error', 'access_denied');
    } else {
      const shop = chosenShop(form, region, parts);
      if (shop === undefined)
        return sendProblem(reply, 'mallId is missing or not a shop of this region; choose a shop');
      const code = parts.accounts.issueCode(app, shop.shop.mallId, scopesOf(form));
      redirect.searchParams.set('app_key', app.appKey);
      redirect.searchParams.set('callback_host', request.host);
      redirect.searchParams.set('code', code.code);
    }
    if (state !== '') redirect.searchParams.set('state', state);
    return reply.header('referrer-policy', 'no-referrer').redirect(redirect.href, 302);
  });
}

function registerManualToken(server: FastifyInstance, parts: SandboxParts): void {
  const path = '/:region/open-platform/client-manage';

  server.get<RegionParams>(path, async (request, reply) => {
    const { region } = request.params;
    if (!isRegion(region)) return reply.callNotFound();
    const apps = parts.accounts.apps().filter((app) => app.region === region);
    return sendPage(reply, 200, manualTokenPage(region, apps, shopsOf(region, parts)));
  });

  server.post<RegionParams>(path, async (request, reply) => {
    const { region } = request.params;
    if (!isRegion(region)) return reply.callNotFound();
    const form = formOf(request);
    const app = parts.accounts.app(form.get('appKey') ?? '');
    const shop = chosenShop(form, region, parts);
    if (app === undefined || app.region !== region || shop === undefined) {
      return sendProblem(reply, 'choose one app and one shop of this region');
    }
    const token = parts.accounts.issueToken(app, shop.shop.mallId, scopesOf(form));
    return sendPage(reply, 200, issuedTokenPage(app, shop.shop.name, shop.shop.mallId, token.accessToken));
  });
}

export function registerSellerCenter(server: FastifyInstance, parts: SandboxParts): void {
  registerConsent(server, parts);
  registerManualToken(server, parts);
}
