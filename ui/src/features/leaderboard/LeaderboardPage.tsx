import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { useJob, useLeaderboard } from '@/api/queries';
import { isTerminal, type LeaderboardRow } from '@/api/types';
import { Link } from '@/components/Link';
import { PageHeader, Section } from '@/components/Section';
import { JobChip } from '@/components/StateChip';
import { Asked, EmptyState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { Compare } from './Compare';
import { LatencyChart } from './LatencyChart';
import { Trials } from './Trials';

const MOST = 5;

const comparedIn = (address: URLSearchParams): number[] =>
  (address.get('compare') ?? '').split(',').filter(Boolean).map(Number).slice(0, MOST);

export default function LeaderboardPage() {
  const { jobId = '' } = useParams();
  const { t } = useWords();
  const [address, set] = useAddress();
  const job = useJob(jobId);
  const moves = job.data !== undefined && !isTerminal(job.data.state);
  const board = useLeaderboard(jobId, moves, true);
  const chosen = useMemo(() => comparedIn(address), [address]);
  // Two quick clicks come before the first is drawn: the address itself is asked, not what was drawn of it.
  const choose = (change: (now: number[]) => number[]) =>
    set({ compare: change(comparedIn(new URLSearchParams(window.location.search))).join(',') || null });
  const toggle = (trial: number) =>
    choose((now) => (now.includes(trial) ? now.filter((each) => each !== trial) : [...now, trial].slice(-MOST)));
  const name = job.data?.name ?? job.data?.target ?? jobId;
  return (
    <>
      <PageHeader
        title={t('leaderboard:title')}
        subtitle={
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            <Link to={`/jobs/${jobId}`}>{name}</Link>
            {job.data && <JobChip state={job.data.state} />}
            {job.data?.metric && <span>{job.data.metric}</span>}
            <Link to={`/jobs/${jobId}/search`}>{t('leaderboard:search')}</Link>
            {job.data?.model_id && <Link to={`/jobs/${jobId}/report`}>{t('leaderboard:report')}</Link>}
          </Box>
        }
      />
      <Asked
        query={board}
        failed={t('leaderboard:failed')}
        lines={10}
        isEmpty={(page) => page.items.length === 0}
        empty={<EmptyState title={t('leaderboard:empty')}>{t('leaderboard:emptyWhy')}</EmptyState>}
      >
        {(page) => {
          const rows = page.items;
          const better = job.data?.greater_is_better !== false;
          const compared = chosen
            .map((trial) => rows.find((row) => row.trial === trial))
            .filter((row): row is LeaderboardRow => row !== undefined);
          return (
            <>
              {board.error !== null && <PartialNote reason={t('leaderboard:old')} />}
              {compared.length > 0 && (
                <Section
                  title={t('leaderboard:compare.title')}
                  actions={
                    <Button size="small" onClick={() => choose(() => [])}>
                      {t('leaderboard:compare.clear')}
                    </Button>
                  }
                >
                  <Compare rows={compared} better={better} />
                </Section>
              )}
              <Trials rows={rows} metric={job.data?.metric ?? ''} chosen={chosen} onToggle={toggle} />
              <LatencyChart rows={rows} better={better} metric={job.data?.metric ?? ''} onSelect={toggle} />
            </>
          );
        }}
      </Asked>
    </>
  );
}
