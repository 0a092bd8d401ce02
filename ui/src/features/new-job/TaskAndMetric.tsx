import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import type { Score, Task } from '@/api/types';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const TASKS: Task[] = ['binary', 'multiclass', 'regression'];

interface Props {
  task: Task | 'auto';
  guessed: Task | undefined;
  reason: string | undefined;
  metric: string | undefined;
  scores: readonly Score[];
  onTask: (task: Task | 'auto') => void;
  onMetric: (metric: string) => void;
}

/** What kind of target it is, with the guess and its reason; and what counts as good, in plain words. */
export function TaskAndMetric({ task, guessed, reason, metric, scores, onTask, onMetric }: Props) {
  const { t } = useWords();
  const known = scores.some(({ name }) => name === metric);
  const chosen = scores.find(({ name }) => name === metric);
  return (
    <Section title={t('newJob:task.title')}>
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 1fr) minmax(0, 1fr)' } }}>
        <Box sx={{ minWidth: 0 }}>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={task === 'auto' ? (guessed ?? null) : task}
            onChange={(_, value: Task | null) => onTask(value === null || value === guessed ? 'auto' : value)}
            aria-label={t('newJob:task.title')}
            sx={{ flexWrap: 'wrap' }}
          >
            {TASKS.map((name) => (
              <ToggleButton key={name} value={name} sx={{ textTransform: 'none' }}>
                {t(`shell:task.${name}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
            {task === 'auto' ? t('newJob:task.guess', { reason: reason ?? '…' }) : t('newJob:task.yours')}
          </Typography>
        </Box>
        <Box sx={{ minWidth: 0 }}>
          <TextField
            select
            fullWidth
            label={t('newJob:metric.label')}
            value={known ? metric : ''}
            onChange={(event) => onMetric(event.target.value)}
          >
            {scores.map(({ name, title }) => (
              <MenuItem key={name} value={name}>
                {title}
              </MenuItem>
            ))}
          </TextField>
          {chosen && (
            <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
              {t(`newJob:metric.help.${chosen.name}`, { defaultValue: '' })}{' '}
              {t(chosen.greater_is_better ? 'newJob:metric.high' : 'newJob:metric.low')}
            </Typography>
          )}
        </Box>
      </Box>
    </Section>
  );
}
