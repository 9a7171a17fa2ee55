import type { GrantView, Role } from '#contracts';
import { batchOf, insertOf, invalid, notFound, refusedField, type Transaction } from '#runtime';

/** SQL: the grants of the user `u` as JSON. */
export const GRANTS_OF_USER = `coalesce((
  SELECT json_agg(json_build_object('role', g.role, 'shopId', g.shop_id) ORDER BY g.role, g.shop_id)
  FROM grants g WHERE g.user_id = u.id), '[]')`;

const GRANTED = batchOf<GrantView>(
  { role: ['text', ({ role }) => role], shop_id: ['uuid', ({ shopId }) => shopId] },
  2,
  'granted',
);

/** Of the whole installation; who is one already stays one. */
export async function grantOwner(tx: Transaction, userId: string): Promise<void> {
  const row = insertOf({ user_id: userId, role: 'owner' satisfies Role });
  await tx.query(
    `INSERT INTO grants (${row.names}) VALUES (${row.parameters}) ON CONFLICT DO NOTHING`,
    row.values,
  );
}

/** @throws AppError `grant.owner_is_for_all_shops`, `shop.not_found` */
export async function replaceGrants(
  tx: Transaction,
  userId: string,
  grants: readonly GrantView[],
): Promise<void> {
  if (grants.some((grant) => grant.role === 'owner' && grant.shopId !== null)) {
    throw invalid(
      'grant.owner_is_for_all_shops',
      'An owner owns the whole installation. Grant the role manager for single shops.',
      [refusedField('grants', 'input.owner_for_all')],
    );
  }
  const shopIds = [...new Set(grants.flatMap((grant) => grant.shopId ?? []))];
  const known = await tx.query<{ id: string }>('SELECT id FROM shops WHERE id = ANY ($1::uuid[])', [shopIds]);
  const missing = shopIds.filter((shopId) => !known.some(({ id }) => id === shopId));
  if (missing.length > 0) throw notFound('shop.not_found', `There is no shop ${missing.join(', ')}.`);
  await tx.query('DELETE FROM grants WHERE user_id = $1', [userId]);
  await tx.query(
    `INSERT INTO grants (user_id, role, shop_id)
     SELECT $1, role, shop_id FROM ${GRANTED.rows}
     ON CONFLICT DO NOTHING`,
    [userId, ...GRANTED.values(grants)],
  );
}
