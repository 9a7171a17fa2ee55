import { useQuery } from '@tanstack/react-query';
import { Card, Skeleton, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RankedSku, SalesRank } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { Goods, joined } from '../../ui/goods';
import { Money } from '../../ui/money';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { IfGiven } from '../shop-list/shop-lacks';
import { FIGURES_KEY, type FigureFilters, readSalesRank } from './figure-queries';
import { useWhyNoComparison } from './use-comparison';

export function TopSkusCard({ filters }: { filters: FigureFilters }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rank = useQuery({
    queryKey: [FIGURES_KEY, 'sales-rank', filters],
    queryFn: () => readSalesRank(filters),
    placeholderData: (before) => before,
  });
  return (
    <Card
      title={t('dashboard:top')}
      extra={
        rank.data && (
          <span className="soft small">
            {t('dashboard:topShare', { total: format.integer(rank.data.totalUnits) })}
            {rank.data.comparison?.isWithoutToday && ` · ${t('dashboard:comparedWithoutToday')}`}
          </span>
        )
      }
      styles={{ body: { paddingTop: 4, paddingBottom: 8 } }}
    >
      {rank.isError && <ProblemPanel error={rank.error} onRetry={() => void rank.refetch()} />}
      {rank.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {rank.data && rank.data.rows.length === 0 && (
        <EmptyState title={t('dashboard:noSales')} text={t('dashboard:noSalesText')} />
      )}
      {rank.data && rank.data.rows.length > 0 && (
        <Table<RankedSku>
          rowKey={(row) => `${row.shopId}/${row.skuId}`}
          size="small"
          pagination={false}
          dataSource={rank.data.rows}
          data-testid="top-skus"
          columns={[
            {
              title: t('dashboard:sku'),
              ellipsis: true,
              render: (_, row) => (
                <Goods
                  imageUrl={row.imageUrl}
                  name={`${row.rank}. ${row.productName}`}
                  sub={joined(row.spec, row.sellerSku ?? row.skuId)}
                  size={32}
                />
              ),
            },
            {
              title: t('dashboard:unitsSold'),
              align: 'right',
              width: 136,
              render: (_, row) => (
                <>
                  <strong>{format.integer(row.units)}</strong>
                  <div className="soft small nowrap">
                    <IfGiven shopId={row.shopId} ability="amounts">
                      <Revenue row={row} />
                    </IfGiven>
                  </div>
                </>
              ),
            },
            {
              title: t('dashboard:growth'),
              align: 'right',
              width: 88,
              render: (_, row) => <Growth row={row} rank={rank.data} />,
            },
          ]}
        />
      )}
    </Card>
  );
}

/** Supply revenue of the orders whose amounts are known, each currency in a line of its own. */
function Revenue({ row }: { row: RankedSku }) {
  if (row.amounts.length === 0) return <Unknown />;
  return row.amounts.map(({ currency, supplyRevenueMinor }) => (
    <div key={currency} data-currency={currency}>
      <Money amountMinor={supplyRevenueMinor} currency={currency} />
    </div>
  ));
}

function Growth({ row, rank }: { row: RankedSku; rank: SalesRank }) {
  const { t } = useTranslation();
  const format = useFormat();
  const notComparable = useWhyNoComparison(rank);
  if (notComparable !== undefined) return <Unknown why={notComparable} />;
  if (row.growth === null && row.comparedUnits === 0) return <Unknown why={t('dashboard:comparedNothing')} />;
  if (row.growth === null) return <Tag color="blue">{t('dashboard:isNew')}</Tag>;
  const tone = row.growth > 0 ? 'figure-good' : row.growth < 0 ? 'figure-bad' : 'soft';
  return <span className={tone}>{format.signedPercent(row.growth)}</span>;
}
