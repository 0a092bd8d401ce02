import { mdiDotsHorizontal } from '@mdi/js';
import BottomNavigation from '@mui/material/BottomNavigation';
import BottomNavigationAction from '@mui/material/BottomNavigationAction';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink, useLocation } from 'react-router';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { screens } from './screens';

export const destinations = screens.flatMap(({ path, nav }) => (nav ? [{ path, ...nav }] : []));

// What there is room for below; the rest stands in a menu.
const BELOW = 4;

function useCurrent(): string | undefined {
  const { pathname } = useLocation();
  return destinations.find(({ path, end }) => (end ? pathname === path : pathname.startsWith(path)))?.path;
}

/** At the left on wide screens. */
export function NavRail() {
  const { t } = useWords();
  const current = useCurrent();
  return (
    <Box
      component="nav"
      aria-label={t('shell:nav.label')}
      sx={{
        display: { xs: 'none', sm: 'flex' },
        flexDirection: 'column',
        gap: 0.5,
        width: 88,
        flexShrink: 0,
        py: 1,
        px: 0.75,
        borderRight: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        position: 'sticky',
        top: 52,
        alignSelf: 'flex-start',
        height: 'calc(100vh - 52px)',
        overflowY: 'auto',
      }}
    >
      {destinations.map(({ path, words, icon }) => (
        <ButtonBase
          key={path}
          component={RouterLink}
          to={path}
          aria-current={path === current ? 'page' : undefined}
          sx={{
            flexDirection: 'column',
            gap: 0.25,
            py: 1,
            borderRadius: 1.5,
            color: path === current ? 'primary.main' : 'text.secondary',
            bgcolor: path === current ? 'action.selected' : undefined,
            '&:hover': { bgcolor: 'action.hover' },
          }}
        >
          <Icon path={icon} />
          <Typography variant="caption" sx={{ fontWeight: path === current ? 650 : 500, lineHeight: 1.2 }}>
            {t(words)}
          </Typography>
        </ButtonBase>
      ))}
    </Box>
  );
}

/** Below on phones. */
export function NavBottom() {
  const { t } = useWords();
  const current = useCurrent();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const more = destinations.slice(BELOW);
  return (
    <Paper
      component="nav"
      aria-label={t('shell:nav.label')}
      square
      sx={{ display: { xs: 'block', sm: 'none' }, position: 'fixed', bottom: 0, left: 0, right: 0, zIndex: 1100 }}
    >
      <BottomNavigation showLabels value={more.some(({ path }) => path === current) ? 'more' : (current ?? false)}>
        {destinations.slice(0, BELOW).map(({ path, words, icon }) => (
          <BottomNavigationAction
            key={path}
            component={RouterLink}
            to={path}
            value={path}
            label={t(words)}
            icon={<Icon path={icon} />}
            aria-current={path === current ? 'page' : undefined}
            sx={{ minWidth: 0, px: 0.5 }}
          />
        ))}
        <BottomNavigationAction
          value="more"
          label={t('shell:nav.more')}
          icon={<Icon path={mdiDotsHorizontal} />}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
          sx={{ minWidth: 0, px: 0.5 }}
        />
      </BottomNavigation>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'top', horizontal: 'right' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      >
        {more.map(({ path, words, icon }) => (
          <MenuItem
            key={path}
            component={RouterLink}
            to={path}
            selected={path === current}
            onClick={() => setAnchor(null)}
            sx={{ gap: 1.5 }}
          >
            <Icon path={icon} />
            {t(words)}
          </MenuItem>
        ))}
      </Menu>
    </Paper>
  );
}
