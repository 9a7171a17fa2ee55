import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf } from './url-filters';
import { useFormat } from './use-format';

interface StatusTabsProps<Status extends string> {
  statuses: readonly Status[];
  nameOf: (status: Status) => string;
  status: Status | undefined;
  /** What no record has is not in the answer: that is a known zero. Undefined while it is not known. */
  byStatus: Partial<Record<string, number>> | undefined;
  total: number | undefined;
  onChange: (status: Status | undefined) => void;
}

/** All, then each status with its count; `unknown` only where there is one. */
export function StatusTabs<Status extends string>(props: StatusTabsProps<Status>) {
  const { statuses, nameOf, status, byStatus, total, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const label = (name: string, count: number | undefined) => (
    <span>
      {name} {count !== undefined && <span className="soft small">{format.integer(count)}</span>}
    </span>
  );
  const shown = statuses.filter((each) => each !== 'unknown' || status === each || byStatus?.[each]);
  return (
    <Tabs
      activeKey={status ?? 'all'}
      onChange={(key) => onChange(oneOf(statuses, key))}
      items={[
        { key: 'all', label: label(t('common:all'), total) },
        ...shown.map((each) => ({
          key: each,
          label: label(nameOf(each), byStatus && (byStatus[each] ?? 0)),
        })),
      ]}
    />
  );
}
