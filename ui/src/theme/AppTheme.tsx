import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ruRU, zhCN } from '@mui/material/locale';
import { ThemeProvider } from '@mui/material/styles';
import { type ReactNode, useMemo } from 'react';
import { useDensity } from './density';
import { makeTheme } from './theme';

const LOCALES: Record<string, object> = { zh: zhCN, ru: ruRU };

/** The nonce that the service put into this answer; only styles that carry it are taken by the browser. */
function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;
}

const cache = createCache({ key: 'am', nonce: styleNonce(), prepend: true });

export function AppTheme({ language, children }: { language: string; children: ReactNode }) {
  const density = useDensity();
  const theme = useMemo(() => makeTheme(LOCALES[language] ?? {}, density), [language, density]);
  return (
    <CacheProvider value={cache}>
      <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="automl.theme" noSsr>
        <CssBaseline enableColorScheme />
        {children}
      </ThemeProvider>
    </CacheProvider>
  );
}
