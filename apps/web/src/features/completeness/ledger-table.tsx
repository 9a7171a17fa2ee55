import { Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompletenessShop, Shop, SyncRun } from '../../api/types';
import { NotAvailable } from '../../ui/not-available';
import { RowsPager, useRowsInPages } from '../../ui/rows-in-pages';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { ShopTime } from '../shop-list/shop-time';
import { isActive } from '../sync/runs';
import { AuditButton } from './audit-button';
import { Difference } from './difference';
import { VerdictTag } from './verdict-tag';

interface LedgerRow {
  shop: Shop;
  /** Undefined: the shop's first load has not begun. */
  ledger: CompletenessShop | undefined;
  audit: SyncRun | undefined;
}

interface LedgerTableProps {
  shops: readonly Shop[];
  ledgers: readonly CompletenessShop[];
  /** Newest first. */
  audits: readonly SyncRun[];
  chosen: string | undefined;
  onChoose: (shopId: string) => void;
}

/** What matters for the button: the audit under way, else the newest if it failed. */
function auditOf(shopId: string, audits: readonly SyncRun[]): SyncRun | undefined {
  const newest = audits.find((run) => run.shopId === shopId);
  return newest !== undefined && (isActive(newest) || newest.status === 'failed') ? newest : undefined;
}

/** One line for each shop: the marketplace's count, ours, and what is left to check. */
export function LedgerTable({ shops, ledgers, audits, chosen, onChoose }: LedgerTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const byShop = new Map(ledgers.map((ledger) => [ledger.shopId, ledger]));
  const rows: LedgerRow[] = shops.map((shop) => ({
    shop,
    ledger: byShop.get(shop.id),
    audit: auditOf(shop.id, audits),
  }));
  const list = useRowsInPages(rows, 'shop');
  const counted = (ledger: CompletenessShop | undefined, value: (ledger: CompletenessShop) => number) =>
    ledger?.state === 'not_available' ? (
      <NotAvailable why={t('completeness:verdictHints:not_available')} />
    ) : ledger === undefined || ledger.daysChecked === 0 ? (
      <Unknown why={t('completeness:notCounted')} />
    ) : (
      format.integer(value(ledger))
    );
  return (
    <>
      <Table<LedgerRow>
        rowKey={({ shop }) => shop.id}
        size="middle"
        data-testid="ledger-table"
        dataSource={list.rows}
        pagination={false}
        scroll={{ x: 'max-content' }}
        onRow={({ shop }) => ({
          'data-testid': 'ledger-row',
          'data-shop-id': shop.id,
          'aria-current': shop.id === chosen,
        })}
        summary={() => rows.length > 1 && <Totals ledgers={rows.flatMap(({ ledger }) => ledger ?? [])} />}
        columns={[
          {
            title: t('common:shop'),
            render: (_, { shop }) => (
              <Button type="link" style={{ padding: 0 }} onClick={() => onChoose(shop.id)}>
                {shop.name}
              </Button>
            ),
          },
          { title: t('common:status'), render: (_, { ledger }) => <VerdictTag ledger={ledger} /> },
          {
            title: t('completeness:platform'),
            align: 'right',
            render: (_, { ledger }) => (
              <span data-testid="ledger-platform" data-value={ledger?.platformOrders}>
                {counted(ledger, (each) => each.platformOrders)}
              </span>
            ),
          },
          {
            title: t('completeness:ours'),
            align: 'right',
            render: (_, { ledger }) => (
              <span data-testid="ledger-ours" data-value={ledger?.ourOrders}>
                {counted(ledger, (each) => each.ourOrders)}
              </span>
            ),
          },
          {
            title: t('completeness:difference'),
            align: 'right',
            render: (_, { ledger }) =>
              ledger?.state === 'not_available' ? (
                <NotAvailable why={t('completeness:verdictHints:not_available')} />
              ) : (
                <Difference value={ledger && ledger.daysChecked > 0 ? ledger.difference : null} />
              ),
          },
          {
            title: (
              <>
                {t('completeness:refetched')}
                <div className="small">{t('completeness:renewed')}</div>
              </>
            ),
            align: 'right',
            render: (_, { ledger }) => (
              <>
                {counted(ledger, (each) => each.refetchedOrders)}
                <div className="soft small">{counted(ledger, (each) => each.renewedOrders)}</div>
              </>
            ),
          },
          {
            title: (
              <>
                {t('completeness:lastAudit')}
                <div className="small">{t('completeness:daysUnchecked')}</div>
              </>
            ),
            render: (_, { shop, ledger }) =>
              ledger?.state === 'not_available' ? (
                <NotAvailable why={t('completeness:verdictHints:not_available')} />
              ) : (
                <>
                  {ledger?.lastAuditAt ? (
                    <ShopTime at={ledger.lastAuditAt} shopId={shop.id} />
                  ) : (
                    <span className="soft">
                      {t(ledger && ledger.daysChecked > 0 ? 'completeness:notEnded' : 'completeness:never')}
                    </span>
                  )}
                  <div className="soft small">
                    {ledger === undefined || ledger.loadedThrough === null ? (
                      <Unknown why={t('completeness:verdictHints:loading')} />
                    ) : (
                      format.integer(ledger.daysUnchecked)
                    )}
                  </div>
                </>
              ),
          },
          {
            title: t('common:actions'),
            render: (_, { shop, audit }) => <AuditButton shop={shop} run={audit} />,
          },
        ]}
      />
      <RowsPager list={list} />
    </>
  );
}

/** Over the shops on show: what has been compared of those that are connected. */
function Totals({ ledgers }: { ledgers: readonly CompletenessShop[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = (value: (ledger: CompletenessShop) => number) =>
    ledgers.reduce((total, ledger) => total + (ledger.shopsCounted > 0 ? value(ledger) : 0), 0);
  const cells = [
    format.integer(sum((each) => each.platformOrders)),
    format.integer(sum((each) => each.ourOrders)),
    <Difference key="difference" value={sum((each) => each.difference)} />,
    <>
      {format.integer(sum((each) => each.refetchedOrders))}
      <div className="soft small">{format.integer(sum((each) => each.renewedOrders))}</div>
    </>,
  ];
  return (
    <Table.Summary.Row data-testid="ledger-totals">
      <Table.Summary.Cell index={0} colSpan={2}>
        <strong>{t('common:all')}</strong>
      </Table.Summary.Cell>
      {cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns of the table, in their order
        <Table.Summary.Cell key={index} index={index + 2} align="right">
          {cell}
        </Table.Summary.Cell>
      ))}
      <Table.Summary.Cell index={6} colSpan={2}>
        <span className="soft small">{format.integer(sum((each) => each.daysUnchecked))}</span>
      </Table.Summary.Cell>
    </Table.Summary.Row>
  );
}
