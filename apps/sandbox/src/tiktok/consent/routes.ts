import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorPage } from '../../consent/html.js';
import { formOf, queryOf, sendPage } from '../../consent/routes.js';
import type { TikTokParts } from '../../sandbox-parts.js';
import { SCOPES } from '../accounts/scopes.js';
import type { App, Portal } from '../accounts/types.js';
import { CHOSEN_SCOPES, type ConsentSeller, consentPage, TIKTOK_BANNER } from './pages.js';

type Asked = { app: App; redirect: URL } | { problem: string };

/** Sellers of the United States authorise apps of their own Partner Center, all others the rest. */
export function sellersOf(portal: Portal, parts: TikTokParts): ConsentSeller[] {
  return parts.world
    .sellers()
    .filter(({ region }) => (region === 'US') === (portal === 'us'))
    .map((seller) => ({ seller, shops: parts.world.shopsOf(seller.openId) }));
}

function redirectOf(app: App, parts: TikTokParts): Asked {
  const text = app.redirectUrl ?? parts.redirectUrl;
  if (text === null) {
    return {
      problem: `app ${app.name} has no redirect URL; set SANDBOX_TIKTOK_REDIRECT_URL, or register one through /control/tiktok/apps`,
    };
  }
  return { app, redirect: new URL(text) };
}

/** By `service_id`, on the page of the app's own Partner Center. */
function askedByService(query: URLSearchParams, portal: Portal, parts: TikTokParts): Asked {
  const serviceId = query.get('service_id') ?? '';
  if (serviceId === '') return { problem: 'service_id is missing; add it to the address' };
  const app = parts.accounts.appOfService(serviceId);
  if (app === undefined) {
    return { problem: `service ${serviceId} is unknown; an app key is no service id` };
  }
  if (app.portal !== portal) {
    const right = app.portal === 'us' ? '/us/open/authorize' : '/open/authorize';
    return { problem: `service ${serviceId} belongs to the other Partner Center; open ${right}` };
  }
  return redirectOf(app, parts);
}

function askedByAppKey(query: URLSearchParams, parts: TikTokParts): Asked {
  const appKey = query.get('app_key') ?? '';
  const app = parts.accounts.app(appKey);
  if (app === undefined)
    return { problem: appKey === '' ? 'app_key is missing' : `app ${appKey} is unknown` };
  return redirectOf(app, parts);
}

function sendProblem(reply: FastifyReply, problem: string): FastifyReply {
  const content = errorPage('This authorization cannot go on', '无法继续授权', problem, TIKTOK_BANNER);
  return sendPage(reply, 400, content);
}

/** Sends the browser back with a code, or with the word `null` and the reason of the refusal. */
function decide(form: URLSearchParams, app: App, redirect: URL, parts: TikTokParts): URL | string {
  redirect.searchParams.set('app_key', app.appKey);
  if (form.get('decision') === 'deny') {
    redirect.searchParams.set('code', 'null');
    redirect.searchParams.set('error', 'auth_denied');
  } else {
    const chosen = sellersOf(app.portal, parts).find(({ seller }) => seller.openId === form.get('open_id'));
    if (chosen === undefined) return 'open_id is missing or no seller of this page; choose one';
    const given = form.getAll('scope');
    const scopes = [
      SCOPES.authorization,
      SCOPES.shop,
      ...CHOSEN_SCOPES.map(([, scope]) => scope).filter((scope) => given.includes(scope)),
    ];
    redirect.searchParams.set('code', parts.accounts.issueCode(app, chosen.seller.openId, scopes).code);
    redirect.searchParams.set('locale', 'en');
    redirect.searchParams.set('shop_region', chosen.seller.region);
  }
  const state = form.get('state') ?? '';
  if (state !== '') redirect.searchParams.set('state', state);
  return redirect;
}

function registerPage(
  server: FastifyInstance,
  path: string,
  parts: TikTokParts,
  ask: (query: URLSearchParams) => Asked,
): void {
  const askedOf = (request: FastifyRequest): Asked => ask(queryOf(request));

  server.get(path, async (request, reply) => {
    const asked = askedOf(request);
    if ('problem' in asked) return sendProblem(reply, asked.problem);
    const state = queryOf(request).get('state') ?? '';
    return sendPage(
      reply,
      200,
      consentPage(asked.app, state, request.url, sellersOf(asked.app.portal, parts)),
    );
  });

  server.post(path, async (request, reply) => {
    const asked = askedOf(request);
    if ('problem' in asked) return sendProblem(reply, asked.problem);
    const decided = decide(formOf(request), asked.app, asked.redirect, parts);
    if (typeof decided === 'string') return sendProblem(reply, decided);
    return reply.header('referrer-policy', 'no-referrer').redirect(decided.href, 302);
  });
}

/**
 * The pages of `services.tiktokshop.com`, of `services.us.tiktokshop.com` (under `/us`), and the older one of
 * `auth.tiktok-shops.com`. A `redirect_uri` in the address is ignored: the one that is registered counts.
 */
export function registerTikTokConsent(server: FastifyInstance, parts: TikTokParts): void {
  registerPage(server, '/open/authorize', parts, (query) => askedByService(query, 'row', parts));
  registerPage(server, '/us/open/authorize', parts, (query) => askedByService(query, 'us', parts));
  registerPage(server, '/oauth/authorize', parts, (query) => askedByAppKey(query, parts));
}
