import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { useJobs } from '@/api/queries';
import { isTerminal, type Job } from '@/api/types';
import { Link } from '@/components/Link';
import { Section } from '@/components/Section';
import { JobChip } from '@/components/StateChip';
import { Asked, Bar, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

const MOST = 8;

function Line({ job }: { job: Job }) {
  const { t, format } = useWords();
  const score = job.score ?? job.progress.best_score;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', md: 'minmax(0, 1fr) 210px 120px 130px' },
        columnGap: 2,
        rowGap: 0.5,
        alignItems: 'center',
        py: 1,
        borderTop: 1,
        borderColor: 'divider',
        '&:first-of-type': { borderTop: 0 },
      }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Link to={`/jobs/${job.id}`} noWrap sx={{ display: 'block', fontWeight: 600 }}>
          {job.name ?? job.target ?? job.id}
        </Link>
        <Typography variant="caption" color="textSecondary" noWrap component="div">
          {format.relative(job.created_at)}
          {job.task && ` · ${t(`shell:task.${job.task}`)}`}
          {job.variant === 'fast' && ` · ${t('models:variant.fast')}`}
        </Typography>
      </Box>
      <Typography variant="body2" className="tabular" sx={{ display: { xs: 'none', md: 'block' } }}>
        {job.metric} {format.score(score)}
      </Typography>
      <Box sx={{ display: { xs: 'none', md: 'block' } }}>
        {isTerminal(job.state) ? (
          <Typography variant="body2" className="tabular" color="textSecondary">
            {job.times.job_s !== null && format.duration(job.times.job_s)}
          </Typography>
        ) : (
          <Bar
            value={job.state === 'queued' ? null : job.progress.fraction}
            label={`${job.target ?? job.id}: ${t(`shell:jobState.${job.state}`)}`}
          />
        )}
      </Box>
      <Box sx={{ justifySelf: 'end' }}>
        <JobChip state={job.state} />
      </Box>
    </Box>
  );
}

/** The newest jobs, moving while they run. */
export function RecentJobs() {
  const { t } = useWords();
  const jobs = useJobs(MOST);
  return (
    <Section
      title={t('home:jobs.title')}
      actions={
        <Button component={RouterLink} to="/jobs" size="small">
          {t('home:jobs.all')}
        </Button>
      }
    >
      <Asked
        query={jobs}
        failed={t('home:jobs.failed')}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={<EmptyState title={t('home:jobs.none')}>{t('home:jobs.how')}</EmptyState>}
      >
        {(data) => (
          <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {data.pages[0]?.items.map((job) => (
              <Line key={job.id} job={job} />
            ))}
          </Stack>
        )}
      </Asked>
    </Section>
  );
}
