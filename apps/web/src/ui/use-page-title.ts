import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** What the browser's tab and history say: the page, in the reader's language. */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  const name = t('app:name');
  useEffect(() => {
    document.title = title === name ? name : `${title} · ${name}`;
  }, [title, name]);
}
