import { randomUUID } from 'node:crypto';
import {
  type Order,
  type Page,
  type Product,
  ROLES,
  type ShopView,
  type SyncRun,
  type UserView,
} from '#contracts';
import { waitFor } from '#testing';
import { ApiClient, isPlanned } from '../e2e/api-client.js';
import { Installation } from '../e2e/installation.js';
import { Stored } from './fingerprint.js';
import { type FuzzOptions, type FuzzReport, fuzz, type Persona } from './fuzz.js';

const APP = 'sbxAppKey0001';
/** A small shop: 128 orders, 41 products. */
const MALL = '634418210000003';
const TOKEN = 'sbxTokenFuzz000001';
const PASSWORD = 'four unrelated words here';
const SERVICES = ['AUTH', 'ORDER', 'PRODUCT', 'ANALYTICS'] as const;

export type FuzzedInstallation = Pick<FuzzOptions, 'url' | 'personas' | 'known' | 'stored'> & {
  close(): Promise<void>;
};

/**
 * An installation of its own with a shop that was read and then disconnected: nothing changes by itself any more, so
 * that a change is the fuzzer's.
 */
export async function startFuzzedInstallation(): Promise<FuzzedInstallation> {
  const installation = await Installation.create();
  try {
    await installation.start({
      AUTO_SYNC_ENABLED: 'false',
      SANDBOX_RATE_PER_SECOND: '0',
      TEMU_CALLS_PER_SECOND: '400',
      SYNC_PLATFORM_LAG_SECONDS: '2',
      SIGN_IN_LIMIT_PER_MINUTE: '0',
    });
    const owner = await ApiClient.signIn(installation.page, installation.signIn);
    const shop = await readShop(installation, owner);
    const variables = await installation.variables();
    const stored = Stored.open(SERVICES.map((name) => variables.get(`${name}_DATABASE_URL`) ?? ''));
    return {
      url: installation.page,
      stored,
      known: await knownValues(owner, shop),
      personas: await personasOf(installation, owner, stored),
      close: async () => {
        await stored.close();
        await installation.remove();
      },
    };
  } catch (error) {
    await installation.remove();
    throw error;
  }
}

export async function fuzzInstallation(
  options: Pick<FuzzOptions, 'seed' | 'seconds' | 'requests' | 'onProgress'>,
): Promise<FuzzReport> {
  const installation = await startFuzzedInstallation();
  try {
    return await fuzz({ ...installation, ...options });
  } finally {
    await installation.close();
  }
}

async function readShop(installation: Installation, owner: ApiClient): Promise<ShopView> {
  await installation.control('POST', '/tokens', { appKey: APP, mallId: Number(MALL), accessToken: TOKEN });
  const { shops } = await owner.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
    region: 'us',
    accessToken: TOKEN,
  });
  const [shop] = shops;
  if (shop === undefined) throw new Error('no shop was connected');
  for (const [domain, kind] of [
    ['orders', 'orders'],
    ['products', 'products'],
    ['orders', 'after_sales'],
  ] as const) {
    // The shop's first load may have begun already.
    await owner.request('POST', `/sync/${domain}/runs`, { shopId: shop.id, kind });
  }
  await waitFor(
    'the shop to be read',
    async () => {
      const runs = [
        ...(await owner.all<SyncRun>(`/sync/orders/runs?shopId=${shop.id}`)),
        ...(await owner.all<SyncRun>(`/sync/products/runs?shopId=${shop.id}`)),
      ];
      const open = runs.filter(
        (run) => !isPlanned(run) && ['queued', 'running', 'waiting'].includes(run.status),
      );
      return runs.length > 2 && open.length === 0;
    },
    120_000,
  );
  return owner.call<ShopView>('POST', `/shops/${shop.id}/disconnect`);
}

async function knownValues(owner: ApiClient, shop: ShopView): Promise<FuzzOptions['known']> {
  const orders = await owner.call<Page<Order>>('GET', '/orders?limit=20');
  const products = await owner.call<Page<Product>>('GET', '/products?limit=20');
  const runs = await owner.call<Page<SyncRun>>('GET', '/sync/orders/runs');
  // Somebody of whom nothing depends.
  const spare = await owner.call<UserView>('POST', '/users', {
    email: `${randomUUID()}@omni.example`,
    name: 'Spare',
    password: PASSWORD,
  });
  return {
    shopId: [shop.id],
    orderNumber: orders.rows.map(({ orderNumber }) => orderNumber),
    productId: products.rows.map(({ productId }) => productId),
    id: [shop.id, spare.id, ...runs.rows.map(({ id }) => id)],
    userId: [spare.id],
    domain: ['orders', 'products'],
    marketplace: ['temu'],
    cursor: [orders, products, runs].flatMap(({ nextCursor }) => nextCursor ?? []),
    email: ['fuzz@omni.example'],
    timeZone: ['America/New_York', 'Asia/Shanghai'],
  };
}

/** The owner, one person of each other role, and nobody. */
async function personasOf(installation: Installation, owner: ApiClient, stored: Stored): Promise<Persona[]> {
  const signIns = [{ name: 'owner', ...installation.signIn }];
  for (const role of ROLES.filter((each) => each !== 'owner')) {
    const email = `${role}-${randomUUID()}@omni.example`;
    await owner.call('POST', '/users', {
      email,
      name: role,
      password: PASSWORD,
      grants: [{ role, shopId: null }],
    });
    signIns.push({ name: role, email, password: PASSWORD });
  }
  const people = signIns.map(
    ({ name, email, password }): Persona => ({
      name,
      signIn: async () => {
        await stored.forgetWrongSignIns();
        return (await ApiClient.signIn(installation.page, { email, password })).token;
      },
    }),
  );
  return [...people, { name: 'nobody', signIn: async () => null }];
}
