import { ADDRESS_STATES, type AddressState, say } from '#contracts';
import type { AddressRecord, MarketplaceConnector } from '#marketplace';
import { type Database, type Sealer, sqlWords } from '#runtime';
import { DUE_BATCH, type DueQueue, type DueRecord, withoutValues } from '#sync';
import { STILL_TO_SHIP } from '../orders/order-store.js';
import { addressContext } from './address-view.js';
import { type AddressAnswer, setAddressesAside, storeAddresses } from './store-addresses.js';

interface DueAddress extends DueRecord {
  readonly sealed: string | null;
  /** The buyer has changed it, or the order has changed since it was read: an emptier answer is the truth then. */
  readonly mayDiffer: boolean;
}

/** Whether an answer is still to come. */
const IS_AWAITED: Readonly<Record<AddressState, boolean>> = {
  pending: true,
  computing: true,
  not_needed: false,
  known: false,
  withheld: false,
  unreadable: false,
  blocked: false,
  erased: false,
  not_available: false,
};
const AWAITED = ADDRESS_STATES.filter((state) => IS_AWAITED[state]);

const FROM = 'FROM order_addresses AS address JOIN orders AS parent USING (shop_id, order_number)';
/** Only of orders that must still be shipped, or whose address the buyer has changed. */
const WANTED = `shop_id = $1 AND (address.is_changed OR parent.status IN ${STILL_TO_SHIP})`;
const DUE = `${FROM} WHERE ${WANTED} AND address.due_at IS NOT NULL AND address.due_at <= clock_timestamp()`;
const FOUND = `SELECT address.order_number AS number, address.due_at AS "dueAt", address.sealed,
  (address.is_changed OR address.of_update IS DISTINCT FROM parent.platform_updated_at) AS "mayDiffer"`;

export interface AddressParts {
  readonly database: Pick<Database, 'query'>;
  readonly connector: Pick<MarketplaceConnector, 'getOrderAddress'>;
  readonly sealer: Sealer;
  readonly concurrency: number;
}

/** The question for the address of an order, one call each; what must be shipped first, first. */
export function dueAddresses({
  database,
  connector,
  sealer,
  concurrency,
}: AddressParts): DueQueue<DueAddress, AddressAnswer> {
  return {
    what: say('what.address'),
    keptAs: 'addresses',
    isPersonal: true,
    isProgress: true,
    concurrency,
    find: (shopId) =>
      database.query<DueAddress>(
        `${FOUND} ${DUE} ORDER BY parent.ship_by_at NULLS LAST, parent.ordered_at LIMIT ${DUE_BATCH}`,
        [shopId],
      ),
    findByNumber: (shopId, numbers) =>
      database.query<DueAddress>(
        `${FOUND} ${FROM} WHERE ${WANTED} AND address.state <> 'erased'
           AND address.order_number = ANY($2::text[])`,
        [shopId, numbers],
      ),
    async count(tx, shopId) {
      const [left] = await tx.query<{ count: number }>(`SELECT count(*) AS count ${DUE}`, [shopId]);
      return left?.count ?? 0;
    },
    async ask(call, shopId, { number, dueAt, sealed, mayDiffer }) {
      const answer = await connector.getOrderAddress(call, number);
      if (answer.state === 'withheld') {
        return {
          number,
          dueAt,
          address: { withheldFor: answer.reason, platformReason: answer.platformReason },
        };
      }
      if (answer.state !== 'known') return { number, dueAt, address: 'computing' };
      const context = addressContext(shopId, number);
      const text = JSON.stringify(answer.address);
      const before = sealed === null ? null : await sealer.open(sealed, context);
      if (before === text) return { number, dueAt, address: 'unchanged' };
      const lost =
        before === null || mayDiffer ? [] : emptied(JSON.parse(before) as AddressRecord, answer.address);
      if (lost.length > 0) return { number, dueAt, address: { lost, raw: withoutValues(text) } };
      return { number, dueAt, address: await sealer.seal(text, context) };
    },
    putOff: ({ number, dueAt }) => ({ number, dueAt, address: 'put_off' }),
    store: storeAddresses,
    setAside: setAddressesAside,
    async blocked(shopId) {
      await database.query(
        `UPDATE order_addresses SET state = 'blocked' WHERE shop_id = $1 AND state IN (${sqlWords(AWAITED)})`,
        [shopId],
      );
    },
    stored: () => undefined,
  };
}

/** Parts that were there before and are empty, or blanked with asterisks, now. */
function emptied(before: AddressRecord, now: AddressRecord): string[] {
  const parts = Object.keys(before) as (keyof AddressRecord)[];
  return parts.filter((part) => isTold(before[part]) && !isTold(now[part]));
}

function isTold(part: AddressRecord[keyof AddressRecord]): boolean {
  const text = Array.isArray(part) ? part.join('') : (part ?? '');
  return /[^\s*]/.test(text);
}
