import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import { useState } from 'react';
import { useWords } from '@/i18n/useWords';

export interface LegendItem {
  name: string;
  color: string;
}

/** Which series stand alone now: none means all. Names that have gone count for nothing. */
export function useIsolated(names: readonly string[]) {
  const [only, setOnly] = useState<string | null>(null);
  const current = only !== null && names.includes(only) ? only : null;
  const toggle = (name: string) => setOnly(current === name ? null : name);
  return { only: current, toggle, isShown: (name: string) => current === null || current === name };
}

/** Names of series; a click shows one alone, another click all of them. */
export function Legend(props: { items: readonly LegendItem[]; only: string | null; onToggle: (name: string) => void }) {
  const { t } = useWords();
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
      {props.items.map(({ name, color }) => {
        const dim = props.only !== null && props.only !== name;
        return (
          <li key={name}>
            <ButtonBase
              onClick={() => props.onToggle(name)}
              aria-pressed={props.only === name}
              title={props.only === name ? t('shell:chart.showAll') : t('shell:chart.isolate', { name })}
              sx={{
                px: 0.75,
                py: 0.25,
                borderRadius: 1,
                fontSize: '0.78rem',
                gap: 0.75,
                maxWidth: 260,
                textDecoration: dim ? 'line-through' : 'none',
                '&:hover': { bgcolor: 'action.hover' },
              }}
            >
              <Box
                component="span"
                sx={{ width: 12, height: 12, borderRadius: 0.5, bgcolor: dim ? 'divider' : color }}
              />
              <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                {name}
              </Box>
            </ButtonBase>
          </li>
        );
      })}
    </Box>
  );
}
