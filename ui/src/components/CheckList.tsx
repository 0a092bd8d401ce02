import { mdiAlertOutline, mdiCheckCircleOutline, mdiWrenchCheckOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { Check } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { Icon } from './Icon';

const LOOK = {
  needs_you: { color: 'warning', icon: mdiAlertOutline },
  fixed: { color: 'info', icon: mdiWrenchCheckOutline },
  passed: { color: 'success', icon: mdiCheckCircleOutline },
} as const;
const ORDER: Check['level'][] = ['needs_you', 'fixed', 'passed'];

/** Checks in three states: needs you, fixed for you, passed; what needs you comes first. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  const { t } = useWords();
  const sorted = [...checks].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  return (
    <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0, gap: 1 }}>
      {sorted.map((check) => (
        <Box
          component="li"
          key={`${check.code}-${check.column}-${check.message}`}
          sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start' }}
        >
          <Chip
            variant="outlined"
            color={LOOK[check.level].color}
            icon={<Icon path={LOOK[check.level].icon} />}
            label={t(`shell:check.${check.level}`)}
            sx={{ minWidth: { sm: 140 }, justifyContent: 'flex-start', flexShrink: 0 }}
          />
          <Typography variant="body2" sx={{ overflowWrap: 'anywhere', pt: 0.25 }}>
            {check.column && <strong>{check.column}: </strong>}
            {check.message}
          </Typography>
        </Box>
      ))}
    </Stack>
  );
}
