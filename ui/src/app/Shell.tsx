import Box from '@mui/material/Box';
import Container from '@mui/material/Container';
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { startFeed } from '@/api/feed';
import { LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { ConnectionBanner } from './ConnectionBanner';
import { Crash } from './Crash';
import { Footer } from './Footer';
import { NavBottom, NavRail } from './Nav';
import { NotFound } from './NotFound';
import { Palette } from './Palette';
import { ShortcutList } from './ShortcutList';
import { screens } from './screens';
import { TopBar } from './TopBar';
import { useShortcuts } from './useShortcuts';

/** Frame of every screen: bar above, navigation at the left (below on phones), screen, footer. */
export function Shell() {
  const { t } = useWords();
  const client = useQueryClient();
  const location = useLocation();
  const [palette, setPalette] = useState(false);
  const [list, setList] = useState(false);
  useShortcuts({ palette: () => setPalette(true), list: () => setList(true) });
  useEffect(() => startFeed(client), [client]);
  return (
    <>
      <Box
        component="a"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
        sx={{
          position: 'absolute',
          left: -9999,
          '&:focus': { left: 8, top: 8, zIndex: 2000, p: 1, bgcolor: 'background.paper' },
        }}
      >
        {t('shell:skip')}
      </Box>
      <TopBar onSearch={() => setPalette(true)} onShortcuts={() => setList(true)} />
      <ConnectionBanner />
      <Box sx={{ display: 'flex', minHeight: 'calc(100vh - 52px)' }}>
        <NavRail />
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
          <Container
            component="main"
            id="content"
            tabIndex={-1}
            maxWidth="xl"
            sx={{ py: 2.5, flex: 1, outline: 'none', '&:focus-visible': { outline: 'none' } }}
          >
            <Crash key={location.pathname}>
              <Suspense fallback={<LoadingState lines={6} />}>
                <Routes>
                  {screens.map(({ path, page: Page }) => (
                    <Route key={path} path={path} element={<Page />} />
                  ))}
                  <Route path="*" element={<NotFound />} />
                </Routes>
              </Suspense>
            </Crash>
          </Container>
          <Footer />
        </Box>
      </Box>
      <NavBottom />
      <Palette open={palette} onClose={() => setPalette(false)} />
      <ShortcutList open={list} onClose={() => setList(false)} />
    </>
  );
}
