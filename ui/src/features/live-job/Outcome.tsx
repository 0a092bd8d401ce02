import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Divider from '@mui/material/Divider';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import type { Job } from '@/api/types';
import { FastVariant } from '@/components/FastVariant';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

/** What came of a job that has ended, and where to go from here. */
export function Outcome({ job }: { job: Job }) {
  const { t, format } = useWords();
  const good = job.state === 'succeeded' && job.model_id !== null;
  if (!good) {
    if (job.state === 'failed') return null;
    return (
      <Section>
        <Typography variant="body2">{t('job:outcome.cancelled')}</Typography>
      </Section>
    );
  }
  const model = `/models/${job.model_id}`;
  return (
    <Section title={t('job:outcome.title')}>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between' }}>
        <Box>
          <Typography className="tabular" sx={{ fontSize: '1.9rem', fontWeight: 700, lineHeight: 1.2 }}>
            {job.metric} {format.score(job.score)}
            {job.variant === 'fast' && (
              <Chip variant="outlined" label={t('models:fast.name')} sx={{ ml: 1.5, verticalAlign: 'middle' }} />
            )}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('job:outcome.scoreWhy')}
            {job.score_std !== null && ` ± ${format.score(job.score_std)}.`}
            {job.test_score !== null && ` ${t('job:outcome.test', { score: format.score(job.test_score) })}`}
          </Typography>
        </Box>
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <Button component={RouterLink} to={`/jobs/${job.id}/report`} variant="contained">
            {t('job:report')}
          </Button>
          <Button component={RouterLink} to={`/jobs/${job.id}/leaderboard`} variant="outlined">
            {t('job:leaderboard')}
          </Button>
          <Button component={RouterLink} to={`${model}/predict`} variant="outlined">
            {t('job:predict')}
          </Button>
          <Button component={RouterLink} to={model} variant="outlined">
            {t('job:model')}
          </Button>
        </Box>
      </Box>
      {job.variant === 'fast' && job.variant_reason && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1, maxWidth: 900 }}>
          {job.variant_reason}
        </Typography>
      )}
      <Divider sx={{ my: 1.5 }} />
      <FastVariant jobId={job.id} job={job} modelId={job.model_id ?? ''} />
    </Section>
  );
}
