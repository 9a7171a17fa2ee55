import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Stands where a value is not known. Never write 0 for it. */
export function Unknown({ why }: { why?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={why ?? t('common:unknown')}>
      <span className="unknown">
        <span aria-hidden="true">—</span>
        <span className="visually-hidden">{t('common:unknown')}</span>
      </span>
    </Tooltip>
  );
}
