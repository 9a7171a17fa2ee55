import { SENSITIVE_SCOPES } from '../accounts/scopes.js';
import type { App } from '../accounts/types.js';
import type { Region } from '../regions.js';
import type { ShopState } from '../world/shop-state.js';
import { type Html, html, page } from './html.js';

export interface ConsentRequest {
  region: Region;
  app: App;
  redirectUri: string;
  state: string;
}

function shopChoices(shops: readonly ShopState[]): Html[] {
  const accounts = new Map<string, ShopState[]>();
  for (const state of shops) {
    accounts.set(state.shop.account, [...(accounts.get(state.shop.account) ?? []), state]);
  }
  let isFirst = true;
  return [...accounts].map(([account, states]) => {
    const choices = states.map((state) => {
      const { mallId, name, currency } = state.shop;
      const checked = isFirst ? html` checked` : html``;
      isFirst = false;
      return html`<label class="choice"><input type="radio" name="mallId" value="${mallId}" data-testid="shop-${mallId}" required${checked}><span><strong>${name}</strong><br><span class="muted">mallId ${mallId} · ${currency} · ${state.counts.orders} orders 订单 · ${state.counts.products} products 商品</span></span></label>`;
    });
    const linked =
      states.length > 1
        ? html`<p class="muted">同一账号下的店铺会一起授权。 Shops of one account are authorized together.</p>`
        : html``;
    return html`<h2>${account}</h2>${linked}${choices}`;
  });
}

function scopeChoices(): Html {
  return html`
    <label class="choice"><input type="checkbox" checked disabled><span>订单、商品、售后、活动、消息<br><span class="muted">Orders, products, after-sales, promotions, messages</span></span></label>
    <label class="choice"><input type="checkbox" name="scope" value="amounts" data-testid="scope-amounts" checked><span>订单金额（敏感） · Order amounts (sensitive)<br><span class="muted">${SENSITIVE_SCOPES.amounts}</span></span></label>
    <label class="choice"><input type="checkbox" name="scope" value="prices" data-testid="scope-prices" checked><span>供货价（敏感） · Supply prices (sensitive)<br><span class="muted">${SENSITIVE_SCOPES.prices}</span></span></label>`;
}

/** The page a seller is sent to by an app. */
export function consentPage(request: ConsentRequest, shops: readonly ShopState[]): string {
  const { app, region } = request;
  return page(
    `授权 ${app.name} · Authorize`,
    html`<form class="card" method="post" action="/${region}/open-platform/client-manage/authorization" data-testid="consent-form">
      <h1>授权 ${app.name}</h1>
      <p class="muted">${app.name} asks to access your shop · 该应用申请访问您的店铺（${region.toUpperCase()}，<code>${app.appKey}</code>）</p>
      <h2>选择店铺 · Choose a shop</h2>${shopChoices(shops)}
      <h2>授权范围 · Scopes</h2>${scopeChoices()}
      <input type="hidden" name="appKey" value="${app.appKey}">
      <input type="hidden" name="redirect_uri" value="${request.redirectUri}">
      <input type="hidden" name="state" value="${request.state}">
      <div class="actions">
        <button class="primary" type="submit" name="decision" value="approve" data-testid="approve" id="approve">同意授权 · Approve</button>
        <button type="submit" name="decision" value="deny" data-testid="deny" id="deny" formnovalidate>拒绝 · Deny</button>
      </div>
    </form>`,
  );
}

/** Where a seller makes a token to copy by hand. */
export function manualTokenPage(region: Region, apps: readonly App[], shops: readonly ShopState[]): string {
  const appChoices = apps.map(
    (app, index) =>
      html`<label class="choice"><input type="radio" name="appKey" value="${app.appKey}" data-testid="app-${app.appKey}" required${index === 0 ? html` checked` : html``}><span><strong>${app.name}</strong> <code>${app.appKey}</code></span></label>`,
  );
  return page(
    '应用授权管理 · App authorization',
    html`<form class="card" method="post" action="/${region}/open-platform/client-manage" data-testid="manual-form">
      <h1>应用授权管理 · App authorization</h1>
      <p class="muted">生成令牌后复制到您的系统。新令牌会使该应用在此店铺的旧令牌失效。<br>Makes a token to copy into your system. A new token invalidates the older one of the same app and shop.</p>
      <h2>应用 · App</h2>${appChoices}
      <h2>店铺 · Shop</h2>${shopChoices(shops)}
      <h2>授权范围 · Scopes</h2>${scopeChoices()}
      <div class="actions"><button class="primary" type="submit" data-testid="issue-token" id="issue-token">生成令牌 · Create token</button></div>
    </form>`,
  );
}

export function issuedTokenPage(app: App, shopName: string, mallId: number, accessToken: string): string {
  return page(
    'Access token',
    html`<section class="card"><h1>访问令牌 · Access token</h1>
      <p class="muted">${shopName} · mallId ${mallId} · ${app.name}</p>
      <code class="token" data-testid="access-token" id="access-token">${accessToken}</code>
      <p class="muted">复制并粘贴到您的系统。 Copy it and paste it into your system.</p></section>`,
  );
}
