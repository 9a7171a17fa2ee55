import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { AuditAction } from '../api/types';
import type { Texts } from './en';
import { anyRegionName, wordsOfPlace } from './marketplaces';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What Intl gets for each language. */
export const LOCALES: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-US' };

/** Only the texts of the reader's language are transferred; the other's when it is chosen. */
const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
};
const STORAGE_KEY = 'omni.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Texts };
    // Codes such as `shop.not_found` are keys, so a key's path is written with colons.
    keySeparator: ':';
  }
}

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** What was chosen last, else what the browser asks for, else Chinese. */
function firstLanguage(): Language {
  const chosen = readChoice();
  if (isLanguage(chosen)) return chosen;
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return 'zh';
}

function readChoice(): string | null {
  try {
    return window.localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    if (isLanguage(language)) document.documentElement.lang = LOCALES[language];
  });
  const lng = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng,
    resources: { [lng]: { translation: await LOADERS[lng]() } },
    keySeparator: ':',
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
}

/** Those of a language that was shown: it is loaded before it is shown. */
function textsOf(language: Language): Texts {
  return i18next.getResourceBundle(language, 'translation') as Texts;
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'zh';
}

export async function chooseLanguage(language: Language): Promise<void> {
  try {
    window.localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // A browser that keeps nothing still switches for this visit.
  }
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await LOADERS[language]());
  await i18next.changeLanguage(language);
}

/** Our own sentence for a stable error code; undefined where we have none. */
export function problemText(code: string, language: Language): string | undefined {
  const texts: Readonly<Record<string, string>> = textsOf(language).problem;
  return texts[code];
}

/** The name of an audit action; a newer server may know more actions than this page. */
export function auditActionText(action: AuditAction, language: Language): string {
  const texts: Readonly<Record<string, string>> = textsOf(language).audit.actions;
  return texts[action] ?? action;
}

/** A value among the details of an act, where it is one of a known few; `fact` names the detail. */
export function auditValueText(fact: string, value: string, language: Language): string {
  const { webhooks, apiKeys } = textsOf(language);
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    rights: apiKeys.rightNames,
    state: webhooks.states,
    topic: webhooks.topics,
  };
  if (fact === 'marketplace') return wordsOfPlace(value, '', language)[0] ?? value;
  if (fact === 'region') return anyRegionName(value, language);
  return words[fact]?.[value] ?? value;
}

/** What an act was done to: mostly a name or an address, for authorisations a marketplace and its region. */
export function auditSubjectText(action: string, subject: string, language: Language): string {
  if (!action.startsWith('authorization.') && action !== 'token.pasted') return subject;
  const [marketplace = '', region = ''] = subject.split(' ');
  return wordsOfPlace(marketplace, region, language)
    .filter((part) => part !== '')
    .join(' · ');
}

/** Labels that this page has words for. */
export function knownOrderLabels(): readonly string[] {
  return Object.keys(textsOf(currentLanguage()).orders.labelNames);
}

/** A label of an order or of a line; the marketplace may set more than its documents and this page know. */
export function orderLabelText(label: string, language: Language): string {
  const { labelNames, lineLabelNames } = textsOf(language).orders;
  const texts: Readonly<Record<string, string>> = { ...labelNames, ...lineLabelNames };
  return texts[label] ?? label;
}

/** What the marketplace warns of; it may know more warnings than its documents and this page. */
export function orderWarningText(code: string, language: Language): string {
  const texts: Readonly<Record<string, string>> = textsOf(language).orders.warningNames;
  return texts[code] ?? code;
}
