import { createTheme, type Theme } from '@mui/material/styles';
import type { Density } from './density';
import { MONO, SANS } from './tokens';

/** MUI's theme: flat cards, small type, both colour schemes as CSS variables. `locale`: MUI's own words. */
export function makeTheme(locale: object, density: Density): Theme {
  const compact = density === 'compact';
  return createTheme(
    {
      cssVariables: { colorSchemeSelector: 'data-theme' },
      colorSchemes: {
        light: {
          palette: {
            primary: { main: '#1f5fbf' },
            secondary: { main: '#5b6472' },
            success: { main: '#1a7f4b' },
            warning: { main: '#9a5b00' },
            error: { main: '#c22f2f' },
            info: { main: '#0b6aa2' },
            background: { default: '#f6f7f9', paper: '#ffffff' },
            text: { primary: '#1a1f27', secondary: '#555e6b' },
            divider: '#dfe3e8',
          },
        },
        dark: {
          palette: {
            primary: { main: '#7db2ff' },
            secondary: { main: '#a9b4c4' },
            success: { main: '#5fd08f' },
            warning: { main: '#f0b357' },
            error: { main: '#ff8a80' },
            info: { main: '#6cc4f5' },
            background: { default: '#10141a', paper: '#181d25' },
            text: { primary: '#e6eaf0', secondary: '#a5afbd' },
            divider: '#2c343f',
            action: { active: '#b4bdca' },
          },
        },
      },
      shape: { borderRadius: 8 },
      spacing: compact ? 6 : 8,
      typography: {
        fontFamily: SANS,
        fontSize: compact ? 12.5 : 13.5,
        h1: { fontSize: '1.5rem', fontWeight: 650, lineHeight: 1.25 },
        h2: { fontSize: '1.1rem', fontWeight: 650, lineHeight: 1.35 },
        h3: { fontSize: '0.95rem', fontWeight: 650, lineHeight: 1.4 },
        button: { textTransform: 'none', fontWeight: 600 },
      },
      components: {
        MuiCssBaseline: {
          styleOverrides: {
            body: { minHeight: '100vh' },
            'code, pre': { fontFamily: MONO, fontSize: '0.92em' },
            '.tabular': { fontVariantNumeric: 'tabular-nums' },
            // Seen only by readers of the screen.
            '.sr-only': {
              position: 'absolute',
              width: 1,
              height: 1,
              margin: -1,
              overflow: 'hidden',
              clipPath: 'inset(50%)',
              whiteSpace: 'nowrap',
            },
            ':focus-visible': { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: 2 },
            '@media (prefers-reduced-motion: reduce)': {
              '*, *::before, *::after': {
                animationDuration: '0.01ms !important',
                animationIterationCount: '1 !important',
                transitionDuration: '0.01ms !important',
                scrollBehavior: 'auto !important',
              },
            },
          },
        },
        MuiPaper: { defaultProps: { variant: 'outlined' }, styleOverrides: { root: { backgroundImage: 'none' } } },
        MuiButton: { defaultProps: { disableElevation: true } },
        MuiTextField: { defaultProps: { size: 'small' } },
        MuiFormControl: { defaultProps: { size: 'small' } },
        MuiTable: { defaultProps: { size: 'small' } },
        MuiTableCell: {
          styleOverrides: {
            root: { borderColor: 'var(--mui-palette-divider)' },
            sizeSmall: { paddingLeft: 10, paddingRight: 10, ...(compact ? { paddingTop: 2, paddingBottom: 2 } : {}) },
          },
        },
        MuiToggleButton: {
          styleOverrides: {
            root: {
              color: 'var(--mui-palette-text-secondary)',
              fontWeight: 500,
              '&.Mui-selected': { color: 'var(--mui-palette-text-primary)', fontWeight: 650 },
            },
          },
        },
        MuiTooltip: { defaultProps: { arrow: true } },
        MuiChip: { defaultProps: { size: 'small' } },
        MuiTab: { styleOverrides: { root: { minHeight: 42 } } },
        MuiTabs: { styleOverrides: { root: { minHeight: 42 } } },
      },
    },
    locale,
  );
}
