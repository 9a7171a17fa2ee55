import { type GrantView, type MakeApiKey, ORGANISATION_RIGHTS, shopsWithRight } from '#contracts';
import { forbidden, invalid, notFound, refusedField, type Transaction } from '#runtime';

/**
 * Nobody hands on what they do not hold: each right in each of the shops, or, for all that the maker reaches, in one at
 * least. Each use looks at the maker's grants again.
 * @throws AppError `api_key.right_not_held`, `shop.not_found`
 */
export async function assertMakerHolds(
  tx: Transaction,
  { rights, shopIds }: Pick<MakeApiKey, 'rights' | 'shopIds'>,
  grants: readonly GrantView[],
): Promise<void> {
  for (const right of rights) {
    const held = shopsWithRight(grants, right);
    if (held?.length === 0) throw notHeld(`You do not hold the right ${right}`);
    if (shopIds === null) continue;
    if (ORGANISATION_RIGHTS.includes(right)) {
      throw invalid(
        'request.invalid',
        `${right} concerns the whole organisation: a key with it is for all shops. Set shopIds to null, or leave the right out.`,
        [refusedField('shopIds', 'input.null_with_right', { right })],
      );
    }
  }
  if (shopIds === null) return;
  await assertReached(tx, shopIds, grants);
  for (const right of rights) {
    const held = shopsWithRight(grants, right);
    const without = held === null ? undefined : shopIds.find((shopId) => !held.includes(shopId));
    if (without !== undefined) throw notHeld(`You do not hold the right ${right} for the shop ${without}`);
  }
}

/** A shop that the maker does not reach is answered as one that is not there. */
async function assertReached(
  tx: Transaction,
  shopIds: readonly string[],
  grants: readonly GrantView[],
): Promise<void> {
  const known = await tx.query<{ id: string }>('SELECT id FROM shops WHERE id = ANY ($1::uuid[])', [shopIds]);
  const reached = known.filter(({ id }) => grants.some(({ shopId }) => shopId === null || shopId === id));
  const missing = shopIds.filter((shopId) => !reached.some(({ id }) => id === shopId.toLowerCase()));
  if (missing.length > 0) {
    throw notFound('shop.not_found', `There is no shop ${missing.join(', ')}, or it is not one of yours.`);
  }
}

function notHeld(what: string): Error {
  return forbidden(
    'api_key.right_not_held',
    `${what}, so a key of yours cannot have it. Leave it out, or ask an owner to grant it to you.`,
  );
}
