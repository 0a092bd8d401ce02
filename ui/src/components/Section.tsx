import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useId } from 'react';

/** Head of a screen: its title (also the browser tab's), a line below, and actions at the right. */
export function PageHeader({ title, subtitle, actions }: { title: string; subtitle?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · automl`;
  }, [title]);
  return (
    <Stack
      direction="row"
      sx={{ mb: 2, gap: 1.5, flexWrap: 'wrap', alignItems: 'flex-start', justifyContent: 'space-between' }}
    >
      <Box sx={{ minWidth: 0, flex: '1 1 16rem' }}>
        <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        {subtitle && (
          <Typography component="div" variant="body2" color="textSecondary" sx={{ mt: 0.25 }}>
            {subtitle}
          </Typography>
        )}
      </Box>
      {actions && <Stack sx={{ flexDirection: 'row', gap: 1, flexWrap: 'wrap' }}>{actions}</Stack>}
    </Stack>
  );
}

/** A card with a heading. */
export function Section({
  title,
  actions,
  children,
  dense,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  dense?: boolean;
}) {
  const id = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={title ? id : undefined}
      sx={{ p: dense ? 1.5 : 2, mb: 2, minWidth: 0, '&:last-child': { mb: 0 } }}
    >
      {title && (
        <Stack
          direction="row"
          sx={{ mb: 1.5, gap: 1, alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' }}
        >
          <Typography variant="h2" id={id}>
            {title}
          </Typography>
          {actions && <Stack sx={{ flexDirection: 'row', gap: 1, flexWrap: 'wrap' }}>{actions}</Stack>}
        </Stack>
      )}
      {children}
    </Paper>
  );
}

/** Names and values in a definition list. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        alignContent: 'start',
        gridTemplateColumns: 'max-content minmax(0, 1fr)',
        columnGap: 2,
        rowGap: 0.5,
      }}
    >
      {items.map(([name, value]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <Typography component="dt" variant="body2" color="textSecondary">
            {name}
          </Typography>
          <Typography component="dd" variant="body2" className="tabular" sx={{ m: 0, overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
