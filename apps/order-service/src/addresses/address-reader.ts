import {
  type AddressState,
  type AddressWithholding,
  addressRevealed,
  type Caller,
  canReach,
  type MaskedAddress,
  type OrderKey,
  type RevealedAddress,
} from '#contracts';
import type { AddressRecord } from '#marketplace';
import type { Marketplace } from '#marketplaces';
import { appendToOutbox, type OutboxRelay } from '#messaging';
import { type AppError, type Database, notFound, type Sealer } from '#runtime';
import { assertGives } from '#sync';
import { addressContext, maskAddress, noAddress, revealAddress } from './address-view.js';

interface AddressRow {
  state: AddressState | null;
  withheld_for: AddressWithholding | null;
  sealed: string | null;
  read_at: Date | null;
}

const WHY_NOT: Readonly<Record<AddressState, string>> = {
  not_needed: 'The order had been shipped before its address was asked for.',
  pending:
    'The address has not been read yet. Start a run of kind addresses for this shop, or wait for the next one.',
  computing: 'The marketplace is still preparing the address; it is asked for again by itself.',
  blocked:
    'The shop’s token lacks the permission for addresses. Ask the owner of the shop to grant it in the seller centre and to authorise again; the shop’s card names it.',
  withheld: 'The marketplace gives no address of this order.',
  unreadable:
    'The marketplace’s answer for this address could not be understood. It lies in quarantine and is asked for again by itself.',
  erased: 'The address has been erased: addresses are kept for a limited time only.',
  not_available: 'The marketplace gives no addresses.',
  known: 'The address cannot be read.',
};

const WITHHELD_FOR: Readonly<Record<AddressWithholding, string>> = {
  cash_on_delivery: 'it is paid on delivery',
  no_self_shipping: 'the marketplace ships it itself',
  label_purchase_only: 'it may be shipped only with a label bought from the marketplace',
  shipped: 'it has been shipped already',
  restricted: 'the marketplace restricts access to it',
};

/** Answers addresses: masked to everybody who may read the order, in clear only with a record of who asked. */
export class AddressReader {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly relay: Pick<OutboxRelay, 'wake'>,
  ) {}

  async masked(shopId: string, orderNumber: string): Promise<MaskedAddress> {
    const [row] = await this.database.query<AddressRow>(
      'SELECT state, withheld_for, sealed, read_at FROM order_addresses WHERE shop_id = $1 AND order_number = $2',
      [shopId, orderNumber],
    );
    if (row?.state == null) return noAddress('not_needed');
    if (row.sealed === null) return noAddress(row.state, row.state === 'withheld' ? row.withheld_for : null);
    return maskAddress(await this.open(row.sealed, shopId, orderNumber), row.read_at);
  }

  /** The record of who asked is committed before the answer leaves. */
  async reveal({ shopId, orderNumber }: OrderKey, caller: Caller): Promise<RevealedAddress> {
    if (!canReach(caller, shopId)) throw noSuchOrder(orderNumber);
    const revealed = await this.database.transaction(async (tx) => {
      const [row] = await tx.query<AddressRow & { marketplace: Marketplace }>(
        `SELECT address.state, address.withheld_for, address.sealed, address.read_at, shops.marketplace
         FROM orders AS parent JOIN shops USING (shop_id) LEFT JOIN order_addresses AS address USING (shop_id, order_number)
         WHERE shop_id = $1 AND order_number = $2`,
        [shopId, orderNumber],
      );
      if (row === undefined) throw noSuchOrder(orderNumber);
      assertGives(row.marketplace, shopId, 'addresses');
      if (row.sealed === null || row.read_at === null) {
        throw row.state === 'withheld' && row.withheld_for !== null
          ? notFound(
              'address.withheld',
              `The marketplace gives no address of this order: ${WITHHELD_FOR[row.withheld_for]}.`,
            )
          : notFound('address.not_known', WHY_NOT[row.state ?? 'not_needed']);
      }
      const address = await this.open(row.sealed, shopId, orderNumber);
      await appendToOutbox(tx, addressRevealed, [
        {
          shopId,
          orderNumber,
          userId: caller.userId,
          userName: caller.userName,
          apiKeyName: caller.apiKey?.name ?? null,
          senderAddress: caller.address ?? null,
          correlationId: caller.correlationId,
          revealedAt: new Date().toISOString(),
        },
      ]);
      return revealAddress(address, row.read_at);
    });
    this.relay.wake();
    return revealed;
  }

  private async open(sealed: string, shopId: string, orderNumber: string): Promise<AddressRecord> {
    return JSON.parse(await this.sealer.open(sealed, addressContext(shopId, orderNumber))) as AddressRecord;
  }
}

function noSuchOrder(orderNumber: string): AppError {
  return notFound('order.not_found', `There is no order ${orderNumber} in this shop.`);
}
