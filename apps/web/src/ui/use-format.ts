import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, LOCALES } from '../i18n/start';
import { createFormat, type Format } from './format';

export function useFormat(): Format {
  const { i18n } = useTranslation();
  // The language is read through currentLanguage, but it is i18n that tells when it changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(() => createFormat(LOCALES[currentLanguage()]), [i18n.language]);
}
