import { mdiCog, mdiKeyboardOutline, mdiLogout, mdiMagnify, mdiPlus } from '@mdi/js';
import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Toolbar from '@mui/material/Toolbar';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { useSession, useSignOut } from '@/api/session';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { LanguageMenu, ThemeMenu } from './Menus';

export function TopBar({ onSearch, onShortcuts }: { onSearch: () => void; onShortcuts: () => void }) {
  const { t } = useWords();
  const session = useSession();
  const signOut = useSignOut();
  return (
    <AppBar
      position="sticky"
      color="inherit"
      elevation={0}
      sx={{ bgcolor: 'background.paper', border: 0, borderBottom: 1, borderColor: 'divider', borderRadius: 0 }}
    >
      <Toolbar variant="dense" sx={{ minHeight: 52, gap: 1 }}>
        <Typography
          component={RouterLink}
          to="/"
          sx={{ fontWeight: 750, fontSize: '1.1rem', color: 'text.primary', textDecoration: 'none', mr: 1 }}
        >
          automl
        </Typography>
        <Button
          onClick={onSearch}
          color="inherit"
          variant="outlined"
          startIcon={<Icon path={mdiMagnify} />}
          sx={{
            color: 'text.secondary',
            borderColor: 'divider',
            flex: '0 1 320px',
            minWidth: 0,
            justifyContent: 'flex-start',
            fontWeight: 400,
          }}
        >
          <Box component="span" sx={{ flex: 1, textAlign: 'left' }}>
            {t('shell:top.search')}
          </Box>
          <Box component="kbd" sx={{ display: { xs: 'none', md: 'inline' }, fontSize: '0.75rem' }}>
            Ctrl K
          </Box>
        </Button>
        <Box sx={{ flex: 1 }} />
        <Button
          component={RouterLink}
          to="/jobs/new"
          variant="contained"
          startIcon={<Icon path={mdiPlus} />}
          sx={{ display: { xs: 'none', sm: 'inline-flex' }, whiteSpace: 'nowrap' }}
        >
          {t('shell:nav.newJob')}
        </Button>
        <ThemeMenu />
        <LanguageMenu />
        <Tooltip title={t('shell:top.shortcuts')}>
          <IconButton
            onClick={onShortcuts}
            aria-label={t('shell:top.shortcuts')}
            sx={{ display: { xs: 'none', md: 'inline-flex' } }}
          >
            <Icon path={mdiKeyboardOutline} />
          </IconButton>
        </Tooltip>
        {/* The navigation of a phone has no room for it. */}
        <IconButton
          component={RouterLink}
          to="/settings"
          aria-label={t('shell:nav.settings')}
          sx={{ display: { xs: 'inline-flex', sm: 'none' } }}
        >
          <Icon path={mdiCog} />
        </IconButton>
        {session.data?.by === 'session' && (
          <Tooltip title={t('shell:top.signOut')}>
            <IconButton onClick={() => signOut.mutate()} aria-label={t('shell:top.signOut')}>
              <Icon path={mdiLogout} />
            </IconButton>
          </Tooltip>
        )}
      </Toolbar>
    </AppBar>
  );
}
