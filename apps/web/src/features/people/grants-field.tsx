import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Grant, Role } from '../../api/types';
import { ROLES } from '../../api/vocabularies';
import { useShops } from '../shop-list/use-shops';

/** Stands for "all shops" in the form, where null would read as "nothing chosen". */
const ALL_SHOPS = '*';

interface GrantRow {
  role: Role;
  shop: string;
}

export interface GrantRows {
  grants: GrantRow[];
}

export const FIRST_GRANT: GrantRow = { role: 'operator', shop: ALL_SHOPS };

export function toRows(grants: readonly Grant[]): GrantRow[] {
  return grants.map(({ role, shopId }) => ({ role, shop: shopId ?? ALL_SHOPS }));
}

export function toGrants(rows: readonly GrantRow[]): Grant[] {
  return rows.map(({ role, shop }) => ({ role, shopId: shop === ALL_SHOPS ? null : shop }));
}

/** Roles, each for one shop or for all. */
export function GrantsField() {
  const { t } = useTranslation();
  const { shops } = useShops();
  const shopOptions = [
    { value: ALL_SHOPS, label: t('common:allShops') },
    ...shops.map((shop) => ({ value: shop.id, label: shop.name })),
  ];

  function check(rows: readonly GrantRow[] | undefined): Promise<void> {
    const given = rows ?? [];
    const keys = given.map(({ role, shop }) => `${role} ${shop}`);
    if (new Set(keys).size < keys.length) return Promise.reject(new Error(t('people:duplicateGrant')));
    const isOwnerOfOne = given.some(({ role, shop }) => role === 'owner' && shop !== ALL_SHOPS);
    return isOwnerOfOne ? Promise.reject(new Error(t('people:ownerAllShops'))) : Promise.resolve();
  }

  return (
    <Form.List name="grants" rules={[{ validator: (_, rows: GrantRow[] | undefined) => check(rows) }]}>
      {(fields, { add, remove }, { errors }) => (
        <div className="stack" style={{ gap: 8 }}>
          {fields.map((field) => (
            <div key={field.key} style={{ display: 'flex', gap: 8 }}>
              <Form.Item name={[field.name, 'role']} noStyle>
                <Select
                  aria-label={t('people:role')}
                  style={{ flex: 3, minWidth: 0 }}
                  options={ROLES.map((value) => ({
                    value,
                    label: `${t(`people:roles:${value}`)} (${t(`people:roleHints:${value}`)})`,
                  }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, 'shop']} noStyle>
                <Select
                  aria-label={t('people:forShops')}
                  style={{ flex: 2, minWidth: 0 }}
                  showSearch={{ optionFilterProp: 'label' }}
                  options={shopOptions}
                />
              </Form.Item>
              <Button
                icon={<DeleteOutlined />}
                aria-label={t('people:removeGrant')}
                onClick={() => remove(field.name)}
              />
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <div>
            <Button size="small" icon={<PlusOutlined />} onClick={() => add(FIRST_GRANT)}>
              {t('people:addGrant')}
            </Button>
          </div>
        </div>
      )}
    </Form.List>
  );
}
