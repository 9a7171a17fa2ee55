import { RedoOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer, Skeleton, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { QuarantinedRecordDetail } from '../../api/types';
import { currentLanguage } from '../../i18n/start';
import { useInstantText } from '../../ui/instant';
import { JsonText } from '../../ui/json-text';
import { OrderLink } from '../../ui/order-link';
import { ProblemPanel } from '../../ui/problem-panel';
import { Said } from '../../ui/said';
import { saidText } from '../../ui/said-text';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { COMPLETENESS_KEY } from '../completeness/completeness-queries';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { useShopZone } from '../shop-list/use-shops';
import { QUARANTINE_KEY, type RecordKey, readRecord, retryRecord } from './quarantine-queries';

export function RecordDrawer({ opened, onClose }: { opened: RecordKey | null; onClose: () => void }) {
  return (
    <Drawer
      open={opened !== null}
      onClose={onClose}
      size={760}
      title={opened && <span className="mono">{opened.platformId}</span>}
      destroyOnHidden
    >
      {opened && <RecordContent opened={opened} />}
    </Drawer>
  );
}

function RecordContent({ opened }: { opened: RecordKey }) {
  const record = useQuery({
    queryKey: [QUARANTINE_KEY, 'one', opened.shopId, opened.kind, opened.platformId],
    queryFn: () => readRecord(opened),
  });
  if (record.isPending) return <Skeleton active />;
  if (record.isError) return <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />;
  return <RecordSections record={record.data} />;
}

function RecordSections({ record }: { record: QuarantinedRecordDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const timeText = useInstantText();
  const zone = useShopZone(record.shopId);
  const time = (at: string) => <ShopTime at={at} shopId={record.shopId} />;
  return (
    <div className="stack" data-testid="quarantine-detail">
      {record.resolvedAt === null ? (
        <Alert
          type="warning"
          showIcon
          title={<Said said={record.reason} zone={zone} />}
          description={t('quarantine:openHint')}
        />
      ) : (
        <Alert
          type="success"
          showIcon
          title={t('quarantine:resolvedHint', { time: timeText(record.resolvedAt, zone) })}
          description={
            record.kind === 'orders' && <OrderLink shopId={record.shopId} orderNumber={record.platformId} />
          }
        />
      )}
      <Retry record={record} />
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'kind', label: t('quarantine:kind'), children: t(`quarantine:kinds:${record.kind}`) },
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={record.shopId} /> },
          { key: 'first', label: t('quarantine:firstSeen'), children: time(record.firstSeenAt) },
          { key: 'last', label: t('quarantine:lastSeen'), children: time(record.lastSeenAt) },
          {
            key: 'sightings',
            label: t('quarantine:sightings'),
            children: format.integer(record.sightings),
          },
          { key: 'attempts', label: t('quarantine:attempts'), children: format.integer(record.attempts) },
          {
            key: 'outcome',
            label: t('quarantine:lastOutcome'),
            span: 2,
            children: <LastOutcome record={record} />,
          },
        ]}
      />
      <section>
        <Typography.Title level={5}>{t('quarantine:raw')}</Typography.Title>
        {record.raw === null ? (
          <span className="soft">{t('quarantine:rawHidden')}</span>
        ) : (
          <JsonText text={record.raw} />
        )}
      </section>
    </div>
  );
}

function LastOutcome({ record }: { record: QuarantinedRecordDetail }) {
  const { t } = useTranslation();
  const zone = useShopZone(record.shopId);
  if (record.lastOutcome === null) return <span className="soft">{t('quarantine:noOutcome')}</span>;
  // What is said of one that can be read now would be the same in other words.
  if (record.resolvedAt !== null) return t('quarantine:retriedWell');
  return <Said said={record.lastOutcome} zone={zone} />;
}

function Retry({ record }: { record: QuarantinedRecordDetail }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const notify = useNotify();
  const zone = useShopZone(record.shopId);
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryRecord(record),
    onSuccess: async (after) => {
      if (after.resolvedAt !== null) notify.done(t('quarantine:retriedWell'));
      else notify.warned(t('quarantine:retriedInVain'), saidText(after.reason, currentLanguage(), zone));
      await Promise.all(
        [QUARANTINE_KEY, COMPLETENESS_KEY].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  if (record.resolvedAt !== null || !can('sync.run', record.shopId)) return null;
  return (
    <>
      {retry.isError && <ProblemPanel error={retry.error} />}
      <Button
        type="primary"
        icon={<RedoOutlined />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
        style={{ alignSelf: 'flex-start' }}
        data-testid="quarantine-retry"
      >
        {t('quarantine:retryOne')}
      </Button>
    </>
  );
}
