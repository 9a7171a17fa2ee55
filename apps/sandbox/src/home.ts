import type { FastifyInstance } from 'fastify';
import { BUILT_IN_APPS } from './accounts/accounts.js';
import { CALLS } from './calls/registry.js';
import { escapeHtml, type Html, html, page } from './consent/html.js';
import { sendPage } from './consent/routes.js';
import { originOf } from './protocol/routes.js';
import { REGIONS } from './regions.js';
import type { SandboxParts, TikTokParts } from './sandbox-parts.js';

function homePage(origin: string, parts: SandboxParts): string {
  const regions = REGIONS.map((region) => {
    const app = BUILT_IN_APPS.find((candidate) => candidate.region === region);
    const consent = `/${region}/open-platform/client-manage`;
    return html`<tr><td>${region.toUpperCase()}</td><td><code>${origin}/${region}/openapi/router</code><br><a href="${consent}">Seller Center · 卖家中心</a></td><td><code>${app?.appKey ?? ''}</code><br><code>${app?.appSecret ?? ''}</code></td></tr>`;
  });
  const shops = parts.world.shops().map((state) => {
    const { region, mallId, name, currency } = state.shop;
    const token = parts.accounts.tokens().find((known) => known.isStanding && known.mallId === mallId);
    return html`<tr><td>${region.toUpperCase()}</td><td>${name}<br><span class="muted">${mallId} · ${state.shop.account}</span></td><td>${currency}</td><td>${state.counts.orders}</td><td>${state.counts.products}</td><td>${token === undefined ? html`` : html`<code>${token.accessToken}</code>`}</td></tr>`;
  });
  return page(
    'Sandbox · 沙箱',
    html`<section class="card"><h1>Temu Open Platform, simulated · Temu 开放平台沙箱</h1>
      <p>A separate process that speaks Temu's protocol over HTTP with an invented world. Point any client at it by changing its base address and using an app from below; nothing here is real.<br>独立进程，按 Temu 协议应答，数据均为虚构。将客户端的网关地址改为下列地址，并使用下列应用即可。</p>
      <p class="muted">POST one JSON object. The bare <code>${origin}/openapi/router</code> takes the region of the app. Mode: ${parts.live.state.running ? 'live' : 'still'}${parts.settings.strict ? ', strict' : ''}.</p></section>
    <section class="card"><h2>Regions and apps · 区域与应用</h2><table><thead><tr><th>Region</th><th>Address</th><th>app_key / secret</th></tr></thead><tbody>${regions}</tbody></table></section>
    <section class="card"><h2>Shops · 店铺</h2><table><thead><tr><th>Region</th><th>Shop</th><th>Currency</th><th>Orders</th><th>Products</th><th>Ready token</th></tr></thead><tbody>${shops}</tbody></table></section>
    <section class="card"><h2>Calls · 接口</h2><p>${[...CALLS.keys()].map((type) => html`<code>${type}</code> `)}</p></section>${tiktokPart(origin, parts.tiktok)}`,
  );
}

/** A plain square with the number's colour, so that pages with thumbnails have something to show. */
function picture(goodsId: string): string {
  const hue = Number(goodsId.slice(-5)) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="hsl(${hue} 55% 78%)"/><circle cx="100" cy="92" r="46" fill="hsl(${hue} 55% 58%)"/><text x="100" y="176" font-family="sans-serif" font-size="16" text-anchor="middle" fill="hsl(${hue} 40% 30%)">${escapeHtml(goodsId.slice(-6))}</text></svg>`;
}

function tiktokPart(origin: string, { accounts, world }: TikTokParts): Html {
  const apps = accounts.apps().map((app) => {
    const page = `${app.portal === 'us' ? '/us' : ''}/open/authorize?service_id=${app.serviceId}`;
    return html`<tr><td>${app.portal.toUpperCase()}</td><td><code>${app.appKey}</code><br><code>${app.appSecret}</code></td><td><a href="${page}"><code>${app.serviceId}</code></a></td></tr>`;
  });
  const shops = world
    .shops()
    .map(
      (shop) =>
        html`<tr><td>${shop.market}</td><td>${shop.name}<br><span class="muted">${shop.id}</span></td><td>${world.seller(shop.openId)?.name ?? ''}</td></tr>`,
    );
  return html`<section class="card"><h1>TikTok Shop, simulated · TikTok Shop 沙箱</h1>
      <p>The same address stands in for <code>open-api.tiktokglobalshop.com</code>, <code>auth.tiktok-shops.com</code> and <code>services.tiktokshop.com</code>, <code>${origin}/us</code> for <code>services.us.tiktokshop.com</code>.<br>同一地址代替上述主机；数据均为虚构。</p>
      <table><thead><tr><th>Portal</th><th>app_key / secret</th><th>service_id</th></tr></thead><tbody>${apps}</tbody></table>
      <table><thead><tr><th>Market</th><th>Shop</th><th>Seller</th></tr></thead><tbody>${shops}</tbody></table></section>`;
}

export function registerHome(server: FastifyInstance, parts: SandboxParts): void {
  server.get('/', async (request, reply) => sendPage(reply, 200, homePage(originOf(request), parts)));
  server.get('/health', async () => ({
    status: 'ok',
    seed: parts.world.seed,
    anchorSeconds: parts.world.anchorSeconds,
    live: parts.live.state.running,
    strict: parts.settings.strict,
    control: parts.settings.controlToken !== null,
  }));
  // Browsers ask for it on every page.
  server.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
  server.get<{ Params: { file: string } }>('/picture/:file', async (request, reply) => {
    const goodsId = /^(\d{1,20})\.svg$/.exec(request.params.file)?.[1];
    if (goodsId === undefined) return reply.callNotFound();
    return reply
      .header('cache-control', 'public, max-age=86400')
      .type('image/svg+xml')
      .send(picture(goodsId));
  });
}
