import { DatePicker, Tooltip } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

interface DayRangeProps {
  label: string;
  /** First and last day, both included, as they stand in the address. */
  from: string | undefined;
  to: string | undefined;
  /** Of the one shop that is shown: said on hover. Over several shops a day is each shop's own. */
  zone: string | undefined;
  onChange: (days: { from: string | undefined; to: string | undefined }) => void;
}

export function DayRange({ label, from, to, zone, onChange }: DayRangeProps) {
  const { t } = useTranslation();
  return (
    <Tooltip title={zone === undefined ? t('time:daysOfEachShop') : t('common:localDays', { zone })}>
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        aria-label={label}
        value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
        onChange={(days) =>
          onChange({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })
        }
        style={{ width: 250, maxWidth: '100%' }}
      />
    </Tooltip>
  );
}
