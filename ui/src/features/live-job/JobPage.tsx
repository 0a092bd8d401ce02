import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import { useEffect, useMemo, useRef } from 'react';
import { useParams } from 'react-router';
import { useJobEvents } from '@/api/jobs';
import { useJob, useLeaderboard } from '@/api/queries';
import { isTerminal, type Job } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Link } from '@/components/Link';
import { PageHeader, Section } from '@/components/Section';
import { JobChip } from '@/components/StateChip';
import { Asked, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { Actions } from './Actions';
import { Figures } from './Figures';
import { LiveCharts } from './LiveCharts';
import { Log } from './Log';
import { Outcome } from './Outcome';
import { PhaseLine } from './PhaseLine';
import { foldsOf, phases } from './story';
import { TopTrials } from './TopTrials';

export default function JobPage() {
  const { jobId = '' } = useParams();
  const { t } = useWords();
  const job = useJob(jobId);
  return (
    <Asked query={job} failed={t('job:failedToLoad')} lines={8}>
      {(found) => <JobScreen key={jobId} job={found} />}
    </Asked>
  );
}

function JobScreen({ job }: { job: Job }) {
  const { t } = useWords();
  const { say } = useAnnouncer();
  const { events, error } = useJobEvents(job.id);
  const ended = isTerminal(job.state);
  const trials = useLeaderboard(job.id, !ended);
  const better = job.greater_is_better !== false;
  const beganAt = Date.parse(job.admitted_at ?? job.created_at);
  const folds = useMemo(() => foldsOf(events, beganAt, better), [events, beganAt, better]);
  const perTrial = Number(events.findLast((event) => event.type === 'job.prepared')?.body.folds_per_trial ?? 1);

  // A state is said once, when it has changed while somebody looks.
  const last = useRef(job.state);
  useEffect(() => {
    if (last.current === job.state) return;
    last.current = job.state;
    say(`${t('job:title')}: ${t(`shell:jobState.${job.state}`)}`);
  }, [job.state, say, t]);

  return (
    <>
      <PageHeader
        title={job.name ?? t('job:untitled', { target: job.target ?? job.id })}
        subtitle={
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            <JobChip state={job.state} />
            {job.dataset_id && <Link to={`/datasets/${job.dataset_id}`}>{t('job:data')}</Link>}
            {job.target && <span>{t('job:target', { target: job.target })}</span>}
            {job.task && <span>{t(`shell:task.${job.task}`)}</span>}
            {job.metric && <span>{job.metric}</span>}
            {job.continues && <Link to={`/jobs/${job.continues}`}>{t('job:continues')}</Link>}
            <Link to={`/jobs/${job.id}/leaderboard`}>{t('job:leaderboard')}</Link>
            <Link to={`/jobs/${job.id}/search`}>{t('job:search')}</Link>
            {job.model_id && <Link to={`/jobs/${job.id}/report`}>{t('job:report')}</Link>}
          </Box>
        }
        actions={<Actions job={job} />}
      />
      {job.error && (
        <Alert
          severity="error"
          variant="outlined"
          sx={{ mb: 2, bgcolor: 'background.paper', overflowWrap: 'anywhere' }}
        >
          <AlertTitle>{job.error.detail}</AlertTitle>
          {job.error.hint}
        </Alert>
      )}
      {ended && <Outcome job={job} />}
      <Section>
        <PhaseLine phases={phases(job, events)} />
        {job.state === 'queued' && (
          <Alert severity="info" variant="outlined" sx={{ mt: 1.5 }}>
            {job.queue_position !== null && t('job:queuePosition', { position: job.queue_position })} {job.queue_reason}
          </Alert>
        )}
        <Figures job={job} folds={folds} />
      </Section>
      {job.warnings.length > 0 && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
          {job.warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Alert>
      )}
      {error !== null && (
        <Box sx={{ mb: 2 }}>
          <ErrorPanel error={error} title={t('job:eventsFailed')} />
        </Box>
      )}
      <LiveCharts
        folds={folds}
        perTrial={perTrial}
        metric={job.metric ?? ''}
        better={better}
        rows={trials.data?.items ?? []}
        isBehind={events.length === 0 && error === null && job.progress.folds > 0}
      />
      {trials.error && trials.data ? <PartialNote reason={t('job:trialsOld')} /> : null}
      <TopTrials jobId={job.id} query={trials} />
      <Log jobId={job.id} heard={events.at(-1)?.seq ?? 0} />
    </>
  );
}
