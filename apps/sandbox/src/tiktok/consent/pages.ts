import { type Html, html, page } from '../../consent/html.js';
import { SCOPES } from '../accounts/scopes.js';
import type { App } from '../accounts/types.js';
import type { Seller, Shop } from '../world/types.js';

export const TIKTOK_BANNER = {
  title: 'TikTok Shop Seller Center · 卖家中心',
  note: 'Sandbox · 沙箱（模拟，非真实 TikTok Shop / simulated, not the real TikTok Shop）',
};

/** Scopes that the page lets a seller leave out, so that an app without them can be tried. */
export const CHOSEN_SCOPES = [
  ['orders', SCOPES.orders, '订单 · Orders'],
  ['products', SCOPES.products, '商品 · Products'],
  ['returns', SCOPES.returns, '退货退款 · Returns and refunds'],
] as const;

export interface ConsentSeller {
  seller: Seller;
  shops: readonly Shop[];
}

function sellerChoices(sellers: readonly ConsentSeller[]): Html[] {
  return sellers.map(({ seller, shops }, index) => {
    const names = shops.map(({ name, market, id }) => `${name} (${market}, ${id})`).join(' · ');
    return html`<label class="choice"><input type="radio" name="open_id" value="${seller.openId}" data-testid="seller-${seller.openId}" required${index === 0 ? html` checked` : html``}><span><strong>${seller.name}</strong><br><span class="muted">${names}</span></span></label>`;
  });
}

/** `action` is the path that the page was opened at. */
export function consentPage(
  app: App,
  state: string,
  action: string,
  sellers: readonly ConsentSeller[],
): string {
  const scopes = CHOSEN_SCOPES.map(
    ([name, scope, text]) =>
      html`<label class="choice"><input type="checkbox" name="scope" value="${scope}" data-testid="scope-${name}" checked><span>${text}<br><span class="muted">${scope}</span></span></label>`,
  );
  return page(
    `授权 ${app.name} · Authorize`,
    html`<form class="card" method="post" action="${action}" data-testid="consent-form">
      <h1>授权 ${app.name}</h1>
      <p class="muted">${app.name} asks to access your shops · 该应用申请访问您的店铺（<code>${app.appKey}</code>）</p>
      <h2>登录身份 · Signed in as</h2>${sellerChoices(sellers)}
      <p class="muted">同一卖家的店铺会一起授权。 All shops of a seller are authorized together.</p>
      <h2>授权范围 · Scopes</h2>${scopes}
      <input type="hidden" name="app_key" value="${app.appKey}">
      <input type="hidden" name="state" value="${state}">
      <div class="actions">
        <button class="primary" type="submit" name="decision" value="approve" data-testid="approve" id="approve">同意授权 · Authorize</button>
        <button type="submit" name="decision" value="deny" data-testid="deny" id="deny" formnovalidate>拒绝 · Decline</button>
      </div>
    </form>`,
    TIKTOK_BANNER,
  );
}
