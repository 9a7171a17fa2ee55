import { DatePicker, Tooltip } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

interface DayRangeProps {
  label: string;
  /** First and last day, both included, as they stand in the address. */
  from: string | undefined;
  to: string | undefined;
  /** Zone in which the days are counted; said on hover. */
  zone: string;
  onChange: (days: { from: string | undefined; to: string | undefined }) => void;
}

export function DayRange({ label, from, to, zone, onChange }: DayRangeProps) {
  const { t } = useTranslation();
  return (
    <Tooltip title={t('common:localDays', { zone })}>
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        aria-label={label}
        value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
        onChange={(days) =>
          onChange({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })
        }
        style={{ width: 250 }}
      />
    </Tooltip>
  );
}
