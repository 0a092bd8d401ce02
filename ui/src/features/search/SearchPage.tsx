import Box from '@mui/material/Box';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { useJobEvents } from '@/api/jobs';
import { useJob, useLeaderboard } from '@/api/queries';
import { isTerminal, type LeaderboardRow } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import { Points } from '@/charts/Charts';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Link } from '@/components/Link';
import { PageHeader } from '@/components/Section';
import { JobChip } from '@/components/StateChip';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { FamilyCharts } from './FamilyCharts';
import { stretches } from './study';
import { Timeline } from './Timeline';

export default function SearchPage() {
  const { jobId = '' } = useParams();
  const { t, format } = useWords();
  const job = useJob(jobId);
  const board = useLeaderboard(jobId, job.data !== undefined && !isTerminal(job.data.state), true);
  const { events, error } = useJobEvents(jobId);
  const beganAt = Date.parse(job.data?.admitted_at ?? job.data?.created_at ?? '');
  const times = useMemo(() => stretches(events, beganAt), [events, beganAt]);
  const metric = job.data?.metric ?? '';
  const better = job.data?.greater_is_better !== false;
  return (
    <>
      <PageHeader
        title={t('search:title')}
        subtitle={
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            <Link to={`/jobs/${jobId}`}>{job.data?.name ?? job.data?.target ?? jobId}</Link>
            {job.data && <JobChip state={job.data.state} />}
            <Link to={`/jobs/${jobId}/leaderboard`}>{t('search:leaderboard')}</Link>
          </Box>
        }
      />
      <Asked
        query={board}
        failed={t('search:failed')}
        lines={10}
        isEmpty={(page) => page.items.length === 0}
        empty={<EmptyState title={t('search:empty')}>{t('search:emptyWhy')}</EmptyState>}
      >
        {({ items }) => {
          const names = new Map(items.map((row) => [row.trial, row]));
          const nameOf = (trial: number) => names.get(trial)?.name ?? `${t('search:trial')} ${trial}`;
          const familyOf = (trial: number) => names.get(trial)?.family ?? '…';
          const families = [...new Set(items.map(({ family }) => family))].sort();
          const scored = items.filter((row) => row.score !== null).sort((a, b) => a.trial - b.trial);
          const byOrigin = new Map<string, LeaderboardRow[]>();
          for (const row of scored) byOrigin.set(row.origin, [...(byOrigin.get(row.origin) ?? []), row]);
          return (
            <Box sx={{ display: 'grid', gap: 2 }}>
              <ChartCard
                title={t('search:history.title')}
                description={t('search:history.why', { metric })}
                data={{
                  header: [t('search:trial'), t('search:family.name'), metric, t('search:history.origin')],
                  rows: scored.map((row) => [row.trial, row.family, row.score, row.origin]),
                }}
              >
                {(height) => (
                  <Points
                    series={[...byOrigin].map(([origin, rows]) => ({
                      name: t(`search:origin.${origin}`, { defaultValue: origin }),
                      points: rows.map((row) => ({
                        x: row.trial,
                        y: row.score ?? 0,
                        id: String(row.trial),
                        label: row.name,
                      })),
                    }))}
                    x={{ label: t('search:trial'), format: (at) => (Number.isInteger(at) ? format.integer(at) : '') }}
                    y={{ label: metric }}
                    height={height}
                    label={t('search:history.title')}
                  />
                )}
              </ChartCard>
              <FamilyCharts rows={items} metric={metric} better={better} />
              {error !== null ? (
                <ErrorPanel error={error} title={t('search:eventsFailed')} />
              ) : (
                <ChartCard
                  title={t('search:timeline.title')}
                  description={t('search:timeline.why')}
                  height={120}
                  data={{
                    header: [
                      t('search:trial'),
                      t('search:timeline.fold'),
                      'from, s',
                      'to, s',
                      t('search:timeline.worker'),
                    ],
                    rows: times.map((each) => [nameOf(each.trial), each.fold + 1, each.from, each.to, each.worker]),
                  }}
                >
                  {() => (
                    <Timeline
                      stretches={times}
                      families={families}
                      familyOf={familyOf}
                      nameOf={nameOf}
                      label={t('search:timeline.title')}
                    />
                  )}
                </ChartCard>
              )}
            </Box>
          );
        }}
      </Asked>
    </>
  );
}
