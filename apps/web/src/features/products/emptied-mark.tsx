import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format';

interface EmptiedMarkProps {
  fields: readonly string[];
  /** Null or left out: not told. */
  since?: string | null;
}

/** Beside what keeps a value that the marketplace's latest answer left empty. */
export function EmptiedMark({ fields, since }: EmptiedMarkProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (fields.length === 0) return null;
  const names = fields.map((field) => t(`emptied:fields:${field}` as never, { defaultValue: field }));
  const text = t('emptied:explained', { fields: names.join(', ') });
  const title = since ? `${text} (${t('emptied:since', { time: format.dateTime(since) })})` : text;
  return (
    <Tooltip title={title}>
      <Tag color="orange" data-testid="emptied-mark">
        {t('emptied:mark')}
      </Tag>
    </Tooltip>
  );
}
