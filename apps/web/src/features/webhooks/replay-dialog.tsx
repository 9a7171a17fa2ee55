import { useQuery, useQueryClient } from '@tanstack/react-query';
import { DatePicker, Form } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { WebhookState, WebhookTopic } from '../../api/types';
import { FormDialog } from '../../ui/form-dialog';
import { todaysIn } from '../../ui/local-days';
import { ProblemPanel } from '../../ui/problem-panel';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { useShopName, useShops } from '../shop-list/use-shops';
import { replaySpan, WEBHOOKS_KEY } from './webhook-queries';

interface ReplayDialogProps {
  isOpen: boolean;
  /** Of the one shop that is shown; over several a day is each shop's own. */
  zone: string | undefined;
  /** As the list shows them. */
  filters: { shopId: string | undefined; topic: WebhookTopic | undefined; state: WebhookState | undefined };
  days: { from: string | undefined; to: string | undefined };
  onClose: () => void;
}

type Days = [Dayjs, Dayjs];

interface Fields {
  days: Days;
}

function spanOf([from, to]: Days) {
  return { fromDay: from.format('YYYY-MM-DD'), toDay: to.format('YYYY-MM-DD') };
}

/** Hands everything of a span of days on again; says first how many that are. */
export function ReplayDialog({ isOpen, zone, filters, days, onClose }: ReplayDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const shopName = useShopName(filters.shopId);
  const { shops } = useShops();
  const zones = zone === undefined ? shops.map(({ timeZone }) => timeZone) : [zone];
  const today = todaysIn(zones);
  return (
    <FormDialog<Fields, { replayed: number; leftOut: number }>
      isOpen={isOpen}
      title={t('webhooks:replayRange')}
      okText={t('webhooks:replayRange')}
      okTestId="replay-submit"
      initialValues={{ days: [dayjs(days.from ?? today.first), dayjs(days.to ?? today.last)] }}
      save={(fields) => replaySpan({ ...filters, ...spanOf(fields.days), isTrial: false })}
      onSaved={async ({ replayed }) => {
        notify.done(t('webhooks:replayedRange', { n: format.integer(replayed) }));
        await queryClient.invalidateQueries({ queryKey: [WEBHOOKS_KEY] });
      }}
      onClose={onClose}
    >
      <p className="soft" style={{ marginTop: 0 }}>
        {t('webhooks:replayText')}
      </p>
      <p>
        {filters.shopId === undefined ? t('common:allShops') : shopName}
        {filters.topic && ` · ${t(`webhooks:topics:${filters.topic}`)}`}
        {filters.state && ` · ${t(`webhooks:states:${filters.state}`)}`}
      </p>
      <Form.Item
        name="days"
        label={t('webhooks:received')}
        extra={zone === undefined ? t('time:daysOfEachShop') : t('common:localDays', { zone })}
        rules={[{ required: true, message: t('common:required') }]}
      >
        <DatePicker.RangePicker style={{ width: '100%' }} />
      </Form.Item>
      <Trial filters={filters} />
    </FormDialog>
  );
}

interface TrialProps {
  filters: ReplayDialogProps['filters'];
}

function Trial({ filters }: TrialProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = Form.useWatch<Days | null | undefined>('days');
  const span = days?.[0] && days[1] ? spanOf(days) : null;
  const trial = useQuery({
    queryKey: [WEBHOOKS_KEY, 'trial', filters, span],
    queryFn: () => replaySpan({ ...filters, ...(span ?? { fromDay: '', toDay: '' }), isTrial: true }),
    enabled: span !== null,
    retry: false,
  });
  if (trial.isError) return <ProblemPanel error={trial.error} />;
  if (!trial.data) return null;
  return (
    <div data-testid="replay-trial" data-count={trial.data.replayed}>
      {t('webhooks:trial', { n: format.integer(trial.data.replayed) })}
      {trial.data.leftOut > 0 && (
        <div className="soft small">
          {t('webhooks:trialLeftOut', { n: format.integer(trial.data.leftOut) })}
        </div>
      )}
    </div>
  );
}
