import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Formats, formatsFor } from '@/lib/format';
import type { Language } from './setup';

/** Words (`t(…)` with `part:key` and values), number and date formats, and the language itself. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Language;
  const format: Formats = useMemo(() => formatsFor(language), [language]);
  return { t, format, language };
}
