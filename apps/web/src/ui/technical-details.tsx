import { useTranslation } from 'react-i18next';

/** The server's own words, for whom our sentence is not enough: folded away, since they are long and in English. */
export function TechnicalDetails({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <details className="technical small soft">
      <summary>{t('common:technical')}</summary>
      {text}
    </details>
  );
}
