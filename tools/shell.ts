/** What `npm run sync` and `npm run replay` share: the way to the running installation. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { listShopStatesRpc, type RpcDescriptor, type ShopState, serviceCaller } from '#contracts';
import { CallerSigner, connectNats, RpcClient } from '#messaging';

/** What a command is given by its script (scripts/lib/tool.mjs). */
export interface Typed {
  readonly args: readonly string[];
  /** Where `npm start` keeps what it made. */
  readonly dataDir: string;
}

/** What is the operator's alone: from the environment, else what `npm start` has left. */
function operators(name: 'ADMIN_NATS_URL' | 'ADMIN_CALLER_KEY', dataDir: string): string {
  const file = join(dataDir, 'omni.env');
  const left = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const value = process.env[name] || left[name];
  if (value) return value;
  throw new Error(
    `Nothing was started here yet: ${file} is missing. Start it (npm start), or name another folder (OMNI_DATA_DIR=…) or the bus and the operator's key (ADMIN_NATS_URL=nats://admin:…@host:4222 ADMIN_CALLER_KEY=…).`,
  );
}

export type Shell = Awaited<ReturnType<typeof openShell>>;

/** Speaks with the services, over a connection of the operator's. */
export async function openShell({ dataDir }: Typed) {
  const url = operators('ADMIN_NATS_URL', dataDir);
  const signer = new CallerSigner('admin', operators('ADMIN_CALLER_KEY', dataDir));
  const connection = await connectNats(url, 'shell').catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)} Does it run (npm start)?`);
  });
  const rpc = new RpcClient(connection, signer);
  const caller = serviceCaller('shell', `shell-${process.pid}`);
  const call = <Input extends object, Output>(descriptor: RpcDescriptor<Input, Output>, input: Input) =>
    rpc.call(descriptor, input, caller);
  return {
    connection,
    call,
    /** Every shop, connected or not. */
    async shops(): Promise<ShopState[]> {
      const shops: ShopState[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(listShopStatesRpc, { limit: 200, cursor });
        shops.push(...page.rows);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return shops;
    },
    close: () => connection.close(),
  };
}

type NamedShop = Pick<ShopState, 'shopId' | 'name' | 'platformShopId'>;

/**
 * @param text a name, our id or the marketplace's
 * @throws Error naming the shops that there are
 */
export function findShop<Shop extends NamedShop>(shops: readonly Shop[], text: string): Shop {
  const wanted = text.toLowerCase();
  const found = shops.filter((shop) =>
    [shop.shopId, shop.platformShopId, shop.name].some((each) => each.toLowerCase() === wanted),
  );
  const [shop] = found;
  if (shop !== undefined && found.length === 1) return shop;
  if (found.length > 1) {
    const ids = found.map((each) => `${each.name} (${each.platformShopId}, ${each.shopId})`);
    throw new Error(`${found.length} shops are called ${text}. Name one by an id of ours: ${ids.join(', ')}`);
  }
  const known = shops.map((each) => `${each.name} (${each.platformShopId})`);
  throw new Error(
    known.length === 0
      ? 'No shop is connected yet. Connect one on the shops page.'
      : `There is no shop ${text}. Shops: ${known.join(', ')}`,
  );
}
