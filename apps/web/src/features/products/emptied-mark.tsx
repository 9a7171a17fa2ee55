import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInstantText } from '../../ui/instant';
import { useShopZone } from '../shop-list/use-shops';

interface EmptiedMarkProps {
  fields: readonly string[];
  /** Null or left out: not told. */
  since?: string | null;
  /** Whose zone `since` is told in. */
  shopId?: string;
}

/** Beside what keeps a value that the marketplace's latest answer left empty. */
export function EmptiedMark({ fields, since, shopId }: EmptiedMarkProps) {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const zone = useShopZone(shopId);
  if (fields.length === 0) return null;
  const names = fields.map((field) => t(`emptied:fields:${field}` as never, { defaultValue: field }));
  const text = t('emptied:explained', { fields: names.join(', ') });
  const title = since ? `${text} (${t('emptied:since', { time: timeText(since, zone) })})` : text;
  return (
    <Tooltip title={title}>
      <Tag color="orange" data-testid="emptied-mark">
        {t('emptied:mark')}
      </Tag>
    </Tooltip>
  );
}
