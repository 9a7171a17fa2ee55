import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SKELETON_APP = { appKey: 'sbxSkeleton01', appSecret: 'sbxSkeletonSecret0123456789' } as const;

export interface SkeletonItem {
  readonly id: string;
  readonly product: string;
  readonly sku: string;
  readonly title: string;
  readonly state: string;
  readonly price: string;
}

export interface SkeletonOrder {
  readonly id: string;
  readonly state: string;
  /** Seconds. */
  readonly placed_at: number;
  readonly changed_at: number;
  readonly items: readonly SkeletonItem[];
  readonly currency: string;
  readonly paid: string;
}

export interface SkeletonShop {
  readonly id: string;
  readonly country: string;
  readonly orders: Map<string, SkeletonOrder>;
}

/** A shop before it is there. */
export interface NewSkeletonShop {
  readonly id: string;
  readonly country: string;
  readonly orders: readonly SkeletonOrder[];
}

type Params = Readonly<Record<string, unknown>>;
type Answer = { readonly data: unknown } | { readonly error: string };

/** Of whichever shop the first order is: two shops may have the same. */
const FIRST_ORDER = 5_800_000_000_000_000_001n;

/** Orders of two units, an hour between them; 19-digit ids. */
export function skeletonOrders(
  count: number,
  currency: string,
  price: string,
  paid: string,
): SkeletonOrder[] {
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => {
    const number = FIRST_ORDER + BigInt(index);
    const item = (unit: bigint): SkeletonItem => ({
      id: String(number * 10n + unit).slice(-19),
      product: '1700000000000000009',
      sku: '1800000000000000007',
      title: `Femur no. ${index}`,
      state: 'RATTLING',
      price,
    });
    const placed_at = now - 86_400 - index * 3600;
    const items = [item(1n), item(2n)];
    const id = String(number);
    return { id, state: 'RATTLING', placed_at, changed_at: placed_at + 600, items, currency, paid };
  });
}

const YEAR_SECONDS = 31_536_000;

/**
 * A marketplace of one seller with several shops, over real HTTP, written without a line of the connector. Its tokens
 * rotate: each renewal ends both tokens of the pair before. A call about a shop names the cipher that came with the token.
 */
export class SkeletonServer {
  readonly shops: readonly SkeletonShop[];
  /** Paths that were asked for, refused or not. */
  readonly asked: string[] = [];
  /** How long an access token lives that is issued from now on. */
  tokenLifeSeconds = 7 * 86_400;
  /** Renewals that were carried out, and those with a refresh token that was spent before. */
  renewals = 0;
  refusedRenewals = 0;
  /** When the first pair was, in milliseconds. */
  issuedAt = Number.POSITIVE_INFINITY;
  /** Codes with which the next calls are refused, one each. */
  refusals: string[] = [];
  private readonly codes = new Set<string>();
  private pair: { access: string; refresh: string; endsAt: number } | undefined;

  private constructor(
    private readonly server: Server,
    shops: readonly NewSkeletonShop[],
  ) {
    this.shops = shops.map((shop) => ({
      ...shop,
      orders: new Map(shop.orders.map((order) => [order.id, order])),
    }));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.receive(request, response);
    });
  }

  static async start(shops: readonly NewSkeletonShop[]): Promise<SkeletonServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SkeletonServer(server, shops);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Of the pair that is alive now. */
  get secrets(): string[] {
    return [
      SKELETON_APP.appSecret,
      ...(this.pair === undefined ? [] : [this.pair.access, this.pair.refresh]),
      ...this.shops.map(({ id }) => cipherOf(id)),
    ];
  }

  /** A code of the consent, as the seller is sent back with it. */
  consent(): string {
    const code = randomBytes(9).toString('base64url');
    this.codes.add(code);
    return code;
  }

  endToken(): void {
    if (this.pair !== undefined) this.pair.endsAt = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(url.pathname);
    if (url.pathname === '/consent') {
      const back = new URL(url.searchParams.get('back_to') ?? '');
      back.searchParams.set('auth_code', this.consent());
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const refusal = this.refusals.shift();
    const answer = refusal === undefined ? this.answer(url, body) : { error: refusal };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answer(url: URL, body: string): Answer {
    const [key, timestamp, sign] = ['app_key', 'timestamp', 'sign'].map((name) => url.searchParams.get(name));
    const expected = createHmac('sha256', SKELETON_APP.appSecret)
      .update([url.pathname, timestamp, body].join('\n'))
      .digest('hex');
    if (key !== SKELETON_APP.appKey || sign !== expected) return { error: 'SIGN' };
    const params = JSON.parse(body) as Params;
    if (url.pathname === '/token') return this.issue(params);
    const { pair } = this;
    if (pair === undefined || params.token !== pair.access || pair.endsAt <= Date.now())
      return { error: 'TOKEN' };
    if (url.pathname === '/shops') return { data: this.description(pair.endsAt) };
    const shop = this.shops.find(({ id }) => params.cipher === cipherOf(id));
    return shop === undefined ? { error: 'PARAM' } : answerOfShop(shop, url.pathname, params);
  }

  private issue({ code, refresh_token }: Params): Answer {
    const isConsent = this.codes.delete(String(code));
    const isRenewal = this.pair !== undefined && refresh_token === this.pair.refresh;
    if (!isConsent && !isRenewal) {
      if (refresh_token !== undefined) this.refusedRenewals += 1;
      return { error: 'TOKEN' };
    }
    if (isRenewal) this.renewals += 1;
    this.issuedAt = Math.min(this.issuedAt, Date.now());
    const made = randomBytes(9).toString('base64url');
    const endsAt = Date.now() + this.tokenLifeSeconds * 1000;
    this.pair = { access: `marked-access-${made}`, refresh: `marked-refresh-${made}`, endsAt };
    const tokens = {
      access_token: this.pair.access,
      refresh_token: this.pair.refresh,
      refresh_expires_in: YEAR_SECONDS,
    };
    return { data: { ...this.description(endsAt), ...tokens } };
  }

  private description(endsAt: number) {
    return {
      seller: 'sbx-seller-1',
      expires_in: Math.max(0, Math.round((endsAt - Date.now()) / 1000)),
      shops: this.shops.map(({ id, country }) => ({ id, country, cipher: cipherOf(id) })),
    };
  }
}

function cipherOf(shopId: string): string {
  return `marked-cipher-${shopId}`;
}

function answerOfShop(shop: SkeletonShop, path: string, params: Params): Answer {
  if (path === '/orders') return listOrders(shop, params);
  if (path === '/orders/named' && Array.isArray(params.ids))
    return { data: { orders: params.ids.flatMap((id) => listed(shop.orders.get(id))), next: null } };
  if (path === '/amounts') {
    const order = shop.orders.get(String(params.id));
    if (order === undefined) return { error: 'NO_ORDER' };
    const { id, currency, paid, items } = order;
    return { data: { id, currency, paid, items: items.map((item) => ({ id: item.id, price: item.price })) } };
  }
  return { error: 'PARAM' };
}

/** Oldest first, by the time asked for; a token is the place in the list where the page before has ended. */
function listOrders(shop: SkeletonShop, { by, from, to, page_size, page_token }: Params): Answer {
  const field = by === 'created' ? 'placed_at' : 'changed_at';
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) return { error: 'PARAM' };
  const size = Number(page_size);
  if (!(size >= 1 && size <= 50)) return { error: 'PARAM' };
  const found = [...shop.orders.values()]
    .filter((order) => order[field] >= from && order[field] <= to)
    .sort((a, b) => a[field] - b[field] || a.id.localeCompare(b.id));
  const start = page_token === null ? 0 : Number(page_token);
  if (!Number.isSafeInteger(start)) return { error: 'PARAM' };
  const end = start + size;
  const orders = found.slice(start, end).flatMap(listed);
  return { data: { orders, next: end < found.length ? String(end) : null } };
}

/** As a list has it: without amounts. */
function listed(order: SkeletonOrder | undefined) {
  if (order === undefined) return [];
  const { currency: _, paid: __, items, ...rest } = order;
  return [{ ...rest, items: items.map(({ price: ___, ...item }) => item) }];
}
