import { useTranslation } from 'react-i18next';
import { isSentence } from '../../api/sentence';
import type { Grant } from '../../api/types';
import { auditFactText } from '../../i18n/audit-facts';
import { auditValueText, currentLanguage } from '../../i18n/start';
import { Instant } from '../../ui/instant';
import { Said } from '../../ui/said';
import { Unknown } from '../../ui/unknown';
import { ShopName } from '../shop-list/shop-name';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

interface FactProps {
  name: string;
  value: unknown;
  /** Of the shop that the act is about, if it is about one. */
  zone: string | undefined;
}

/** The details of an act, each by its name; a detail may hold others. */
export function AuditFacts({ facts, zone }: { facts: Record<string, unknown>; zone: string | undefined }) {
  return (
    <dl style={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '4px 16px', margin: 0 }}>
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="soft">{auditFactText(name, currentLanguage())}</dt>
          <dd style={{ margin: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
            <Fact name={name} value={value} zone={zone} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Fact({ name, value, zone }: FactProps) {
  const { t } = useTranslation();
  if (value === null || value === undefined) return name === 'shopIds' ? t('common:allShops') : <Unknown />;
  if (isSentence(value)) return <Said said={value} zone={zone} />;
  if (isGrant(value)) return <GrantText grant={value} />;
  if (typeof value === 'boolean') return t(value ? 'common:yes' : 'common:no');
  if (Array.isArray(value)) {
    if (value.length === 0) return t('common:none');
    return value.map((each, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: values of one detail, in their order
      <div key={place}>
        <Fact name={name} value={each} zone={zone} />
      </div>
    ));
  }
  if (typeof value === 'object') return <AuditFacts facts={value as Record<string, unknown>} zone={zone} />;
  const text = String(value);
  if (INSTANT.test(text)) return <Instant at={text} zone={zone} />;
  if (name === 'shopIds') return <ShopName shopId={text} />;
  const words = auditValueText(name, text, currentLanguage());
  return words === text ? <span className="mono">{text}</span> : words;
}

function isGrant(value: unknown): value is Grant {
  return typeof value === 'object' && value !== null && 'role' in value && 'shopId' in value;
}

function GrantText({ grant }: { grant: Grant }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`people:roles:${grant.role}`)} ·{' '}
      {grant.shopId === null ? t('common:allShops') : <ShopName shopId={grant.shopId} />}
    </>
  );
}
