import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Drawer, Skeleton, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CompletenessDay, CompletenessOf, CompletenessStatuses } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { useInstantText } from '../../ui/instant';
import { OrderLink } from '../../ui/order-link';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { OrderStatusTag } from '../orders/order-view';
import { useSession } from '../session/session';
import { useWhyLacking } from '../shop-list/shop-lacks';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { useShopName, useShopZone } from '../shop-list/use-shops';
import { COMPLETENESS_KEY, countStatuses, readDay } from './completeness-queries';
import { Difference } from './difference';
import { StateTag } from './state-tag';

export interface DayKey {
  shopId: string;
  day: string;
}

interface DayDrawerProps {
  of: CompletenessOf;
  opened: DayKey | null;
  onClose: () => void;
}

export function DayDrawer({ of, opened, onClose }: DayDrawerProps) {
  const format = useFormat();
  const shopName = useShopName(opened?.shopId);
  return (
    <Drawer
      open={opened !== null}
      onClose={onClose}
      size={720}
      title={opened && `${format.day(opened.day)} · ${shopName}`}
      destroyOnHidden
    >
      {opened && <DayContent key={`${of}/${opened.shopId}/${opened.day}`} of={of} opened={opened} />}
    </Drawer>
  );
}

function DayContent({ of, opened }: { of: CompletenessOf; opened: DayKey }) {
  const { t } = useTranslation();
  const day = useQuery({
    queryKey: [COMPLETENESS_KEY, 'day', of, opened.shopId, opened.day],
    queryFn: () => readDay(of, opened.shopId, opened.day),
  });
  if (day.isPending) return <Skeleton active />;
  if (day.isError) return <ProblemPanel error={day.error} onRetry={() => void day.refetch()} />;
  if (day.data === null) {
    return <EmptyState title={t('completeness:dayUnknown')} text={t('completeness:dayUnknownText')} />;
  }
  return (
    <div className="stack" data-testid="day-detail">
      <DayFacts of={of} day={day.data} />
      <DayNumbers of={of} day={day.data} />
      {of === 'orders' && <ByStatus opened={opened} />}
    </div>
  );
}

function DayFacts({ of, day }: DayProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const orders = (value: number | null) =>
    value === null ? <Unknown why={t('completeness:notCounted')} /> : format.integer(value);
  return (
    <>
      <div>
        <StateTag state={day.state} /> {t(`completeness:stateHints:${day.state}`)}
      </div>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={day.shopId} /> },
          { key: 'zone', label: t('shops:timeZone'), children: day.timeZone },
          { key: 'platform', label: t('completeness:platform'), children: orders(day.platformOrders) },
          { key: 'ours', label: t('completeness:ours'), children: orders(day.ourOrders) },
          {
            key: 'difference',
            label: t('completeness:difference'),
            children: <Difference value={day.difference} />,
          },
          {
            key: 'checked',
            label: t('completeness:checkedAt'),
            children:
              day.checkedAt === null ? (
                t('completeness:never')
              ) : (
                <ShopTime at={day.checkedAt} shopId={day.shopId} />
              ),
          },
        ]}
      />
      {of === 'orders' && (
        <Link to={`/orders?shop=${day.shopId}&from=${day.day}&to=${day.day}`}>
          {t('completeness:ordersOfDay')}
        </Link>
      )}
    </>
  );
}

/** The orders that the day is about, by number; each that we hold leads to it. */
function DayNumbers({ of, day }: DayProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const numberOf = (number: string) =>
    of === 'orders' ? <OrderLink shopId={day.shopId} orderNumber={number} /> : <BareNumber number={number} />;
  return (
    <>
      {day.missing.count > 0 && (
        <section>
          <Typography.Title level={5}>
            {t('completeness:missing', { n: format.integer(day.missing.count) })}
          </Typography.Title>
          <Numbers named={day.missing}>{(number) => <BareNumber number={number} />}</Numbers>
        </section>
      )}
      {day.stale.count > 0 && (
        <section>
          <Typography.Title level={5}>
            {t('completeness:stale', { n: format.integer(day.stale.count) })}
          </Typography.Title>
          <Numbers named={day.stale}>{numberOf}</Numbers>
        </section>
      )}
      {day.unreadableOrders > 0 && (
        <section>
          <Link to={`/quarantine?shop=${day.shopId}`}>
            {t('completeness:unreadable', { n: format.integer(day.unreadableOrders) })}
          </Link>
        </section>
      )}
      {day.surplus.count > 0 && (
        <section>
          <Typography.Title level={5}>
            {t('completeness:surplus', { n: format.integer(day.surplus.count) })}
          </Typography.Title>
          <Numbers named={day.surplus}>{numberOf}</Numbers>
        </section>
      )}
      {day.refetched.count > 0 && (
        <section data-testid="day-refetched">
          <Typography.Title level={5}>
            {t('completeness:refetchedOrders', { n: format.integer(day.refetched.count) })}
            {day.refetched.at !== null && (
              <span className="soft small">
                {' '}
                <ShopTime at={day.refetched.at} shopId={day.shopId} />
              </span>
            )}
          </Typography.Title>
          <Numbers named={day.refetched}>{numberOf}</Numbers>
        </section>
      )}
      {day.renewed.count > 0 && (
        <section data-testid="day-renewed">
          <Typography.Title level={5}>
            {t('completeness:renewedOrders', { n: format.integer(day.renewed.count) })}
            {day.renewed.at !== null && (
              <span className="soft small">
                {' '}
                <ShopTime at={day.renewed.at} shopId={day.shopId} />
              </span>
            )}
          </Typography.Title>
          <Numbers named={day.renewed}>{numberOf}</Numbers>
        </section>
      )}
    </>
  );
}

interface DayProps {
  of: CompletenessOf;
  day: CompletenessDay;
}

function BareNumber({ number }: { number: string }) {
  return (
    <Typography.Text className="mono" copyable>
      {number}
    </Typography.Text>
  );
}

interface NumbersProps {
  named: { count: number; numbers: string[] };
  children: (number: string) => React.ReactNode;
}

function Numbers({ named, children }: NumbersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const unnamed = named.count - named.numbers.length;
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {named.numbers.map((number) => (
        <li key={number}>{children(number)}</li>
      ))}
      {unnamed > 0 && <li className="soft">{t('completeness:unnamed', { n: format.integer(unnamed) })}</li>}
    </ul>
  );
}

/** Asked of the marketplace when somebody wants it: it costs calls. */
function ByStatus({ opened }: { opened: DayKey }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const timeText = useInstantText();
  const zone = useShopZone(opened.shopId);
  const whyLacking = useWhyLacking(opened.shopId, 'order_counts');
  const count = useMutation({ mutationFn: () => countStatuses(opened.shopId, opened.day) });
  if (!can('sync.run', opened.shopId) || whyLacking !== undefined) return null;
  return (
    <section>
      <Typography.Title level={5}>{t('completeness:byStatus')}</Typography.Title>
      {count.isError && <ProblemPanel error={count.error} />}
      {count.data && (
        <>
          <StatusTable statuses={count.data} />
          <p className="soft small">
            {t('completeness:byStatusHint', { time: timeText(count.data.countedAt, zone) })}
          </p>
        </>
      )}
      <Button loading={count.isPending} onClick={() => count.mutate()} data-testid="count-statuses">
        {count.data ? t('completeness:countAgain') : t('completeness:countNow')}
      </Button>
    </section>
  );
}

function StatusTable({ statuses }: { statuses: CompletenessStatuses }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table
      rowKey="platformStatus"
      size="small"
      data-testid="statuses-table"
      pagination={false}
      dataSource={statuses.rows}
      columns={[
        {
          title: t('common:status'),
          render: (_, { status, platformStatus }) => (
            <OrderStatusTag status={status} platformStatus={platformStatus} />
          ),
        },
        {
          title: t('completeness:platform'),
          align: 'right',
          render: (_, row) => format.integer(row.platformOrders),
        },
        { title: t('completeness:ours'), align: 'right', render: (_, row) => format.integer(row.ourOrders) },
        {
          title: t('completeness:difference'),
          align: 'right',
          render: (_, row) => <Difference value={row.difference} />,
        },
      ]}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}>{t('common:all')}</Table.Summary.Cell>
          <Table.Summary.Cell index={1} align="right">
            {format.integer(statuses.platformOrders)}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={2} align="right">
            {format.integer(statuses.ourOrders)}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={3} align="right">
            <Difference value={statuses.platformOrders - statuses.ourOrders} />
          </Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}
