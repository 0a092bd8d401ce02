/** Languages of the page. Words are loaded a language at a time; `t(…)` with `part:key` finds them. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readPreference, writePreference } from '@/lib/storage';

export const LANGUAGES = { en: 'English', zh: '简体中文', ru: 'Русский' } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<{ default: Record<string, Record<string, unknown>> }>> = {
  en: () => import('./en'),
  zh: () => import('./zh'),
  ru: () => import('./ru'),
};
const TAGS: Record<Language, string> = { en: 'en', zh: 'zh-Hans', ru: 'ru' };

const isLanguage = (value: string | null | undefined): value is Language => value != null && value in LANGUAGES;

/** What the person chose, otherwise the first of the browser's languages that the page has. */
export function preferredLanguage(): Language {
  const chosen = readPreference('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

async function load(instance: i18n, language: Language): Promise<void> {
  if (instance.hasResourceBundle(language, 'shell')) return;
  const { default: parts } = await LOADERS[language]();
  for (const [part, words] of Object.entries(parts)) instance.addResourceBundle(language, part, words);
}

export async function startLanguage(): Promise<void> {
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: {},
    fallbackLng: false,
    defaultNS: 'shell',
    // React writes texts, never HTML.
    interpolation: { escapeValue: false },
    returnEmptyString: false,
    react: { useSuspense: false },
  });
  await setLanguage(language, false);
}

export async function setLanguage(language: Language, remember = true): Promise<void> {
  await load(i18next, language);
  if (remember) writePreference('language', language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = TAGS[language];
}
