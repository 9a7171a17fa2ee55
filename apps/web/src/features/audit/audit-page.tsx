import { Button, Card, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { AuditActor, AuditEntry, FiltersOf } from '../../api/types';
import { AUDIT_ACTIONS } from '../../api/vocabularies';
import { serviceText } from '../../i18n/service-names';
import { auditActionText, auditSubjectText, currentLanguage } from '../../i18n/start';
import { useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { Instant } from '../../ui/instant';
import { asOneOf, asText, FOR_PROGRAMS, type ListFilters, useListFilters } from '../../ui/list-filters';
import { ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { Unknown } from '../../ui/unknown';
import { ShopName } from '../shop-list/shop-name';
import { ShopSelect } from '../shop-list/shop-select';
import { useShops } from '../shop-list/use-shops';
import { AuditFacts } from './audit-facts';

const FILTERS = {
  action: { address: 'action', read: asOneOf(AUDIT_ACTIONS) },
  shopId: { address: 'shop', read: asText },
  userId: FOR_PROGRAMS,
  from: FOR_PROGRAMS,
  to: FOR_PROGRAMS,
} as const satisfies ListFilters<FiltersOf<'Audit_list'>>;

export default function AuditPage() {
  const { t } = useTranslation();
  const { byId } = useShops();
  const { values, change, clear, isFiltered, query: filters } = useListFilters(FILTERS);
  const list = useCursorList<AuditEntry>(['audit', filters], (page) =>
    ask(gateway.GET('/api/v1/audit', { params: { query: { ...filters, ...page } } })),
  );
  return (
    <div className="stack">
      <PageHeader title={t('audit:title')} />
      <div className="soft">{t('audit:intro')}</div>
      <div className="filters">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('audit:anyAction')}
          aria-label={t('audit:action')}
          value={filters.action}
          onChange={(chosen: string | undefined) => change({ action: chosen })}
          options={AUDIT_ACTIONS.map((value) => ({
            value,
            label: auditActionText(value, currentLanguage()),
          }))}
          popupMatchSelectWidth={false}
          style={{ minWidth: 200 }}
        />
        <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>
      <Card>
        <ListTable<AuditEntry>
          list={list}
          rowKey={(entry) => entry.id}
          testId="audit-table"
          minWidth={860}
          expandable={{
            rowExpandable: ({ details }) => Object.keys(details).length > 0,
            expandedRowRender: ({ details, shopId }) => (
              <AuditFacts facts={details} zone={byId.get(shopId ?? '')?.timeZone} />
            ),
          }}
          empty={
            <EmptyState
              title={isFiltered ? t('common:nothingFound') : t('audit:emptyTitle')}
              text={isFiltered ? t('common:nothingFoundText') : t('audit:emptyText')}
            />
          }
          columns={[
            {
              title: t('audit:time'),
              width: 160,
              render: (_, entry) => (
                <Instant at={entry.occurredAt} zone={byId.get(entry.shopId ?? '')?.timeZone} />
              ),
            },
            {
              title: t('audit:who'),
              render: (_, entry) => (
                <div>
                  <Who entry={entry} />
                  {entry.apiKeyName !== null && (
                    <div className="soft small">{t('audit:byKey', { name: entry.apiKeyName })}</div>
                  )}
                </div>
              ),
            },
            {
              title: t('audit:action'),
              render: (_, entry) => auditActionText(entry.action, currentLanguage()),
            },
            {
              title: t('audit:subject'),
              render: (_, { action: act, subject }) => auditSubjectText(act, subject, currentLanguage()),
            },
            {
              title: t('common:shop'),
              render: (_, entry) => entry.shopId !== null && <ShopName shopId={entry.shopId} />,
            },
            {
              title: t('audit:address'),
              width: 140,
              render: (_, entry) =>
                entry.address === null ? <Unknown /> : <span className="mono">{entry.address}</span>,
            },
          ]}
        />
      </Card>
    </div>
  );
}

/** Whoever did it by no name. */
const NAMELESS = {
  person: 'audit:unknown',
  software: 'audit:system',
  unknown: 'audit:unknown',
} as const satisfies Record<AuditActor, string>;

function Who({ entry: { actor, service, userName } }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  if (service !== null) return <span className="soft">{serviceText(service, currentLanguage())}</span>;
  if (userName !== null) return userName;
  return <span className="soft">{t(NAMELESS[actor])}</span>;
}
