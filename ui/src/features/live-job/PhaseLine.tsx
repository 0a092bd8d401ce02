import { mdiCheckCircle, mdiCircleOutline, mdiDebugStepOver, mdiProgressClock } from '@mdi/js';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import type { PhaseView } from './story';

const ICONS = { done: mdiCheckCircle, now: mdiProgressClock, ahead: mdiCircleOutline, skipped: mdiDebugStepOver };
const COLORS = { done: 'success.main', now: 'primary.main', ahead: 'text.disabled', skipped: 'text.disabled' };

/** The way of a job: what is over and took how long, where it is, what lies ahead. */
export function PhaseLine({ phases }: { phases: readonly PhaseView[] }) {
  const { t, format } = useWords();
  return (
    <Box
      component="ol"
      aria-label={t('job:phases')}
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        display: 'grid',
        gap: 1,
        gridTemplateColumns: { xs: 'repeat(3, minmax(0, 1fr))', md: 'repeat(6, minmax(0, 1fr))' },
      }}
    >
      {phases.map(({ name, state, seconds }) => (
        <Box
          component="li"
          key={name}
          aria-current={state === 'now' ? 'step' : undefined}
          sx={{
            borderTop: 3,
            borderColor: state === 'ahead' || state === 'skipped' ? 'divider' : COLORS[state],
            pt: 0.75,
            minWidth: 0,
          }}
        >
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, color: COLORS[state] }}>
            <Icon path={ICONS[state]} />
            <Typography
              variant="body2"
              color={state === 'ahead' ? 'text.secondary' : 'text.primary'}
              sx={{ fontWeight: state === 'now' ? 650 : 400 }}
            >
              {t(`job:phase.${name}`)}
            </Typography>
          </Box>
          <Typography variant="caption" color="textSecondary" className="tabular">
            {seconds === null ? t(`job:phaseState.${state}`) : format.duration(seconds)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
