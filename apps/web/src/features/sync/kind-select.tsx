import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SyncKind } from '../../api/types';
import { SYNC_DOMAINS } from '../../api/vocabularies';
import { kindsOf } from './kinds';

interface KindSelectProps {
  value: SyncKind | undefined;
  onChange: (kind: SyncKind | undefined) => void;
}

/** A filter of runs: the kinds under the domain they belong to. */
export function KindSelect({ value, onChange }: KindSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      allowClear
      placeholder={t('sync:filterKind')}
      aria-label={t('sync:kind')}
      value={value}
      onChange={(kind: SyncKind | undefined) => onChange(kind)}
      options={SYNC_DOMAINS.map((domain) => ({
        label: t(`sync:domains:${domain}`),
        options: kindsOf(domain).map((kind) => ({ value: kind, label: t(`sync:kinds:${kind}`) })),
      }))}
      style={{ minWidth: 160 }}
      data-testid="kind-filter"
    />
  );
}
