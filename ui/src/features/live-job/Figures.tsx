import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useState } from 'react';
import { isTerminal, type Job } from '@/api/types';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { busyShare, type FoldPoint } from './story';

/** The clock of who looks, once a second while something moves. */
function useNow(moves: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!moves) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [moves]);
  return now;
}

/** Time, work and score so far. */
export function Figures({ job, folds }: { job: Job; folds: readonly FoldPoint[] }) {
  const { t, format } = useWords();
  const ended = isTerminal(job.state);
  const now = useNow(!ended);
  const admitted = job.admitted_at ? Date.parse(job.admitted_at) : null;
  const deadline = job.deadline_at ? Date.parse(job.deadline_at) : null;
  const elapsed =
    job.times.job_s === null
      ? null
      : ended || admitted === null
        ? job.times.job_s
        : Math.max(0, (now - admitted) / 1000);
  const left = deadline === null || ended ? null : Math.max(0, (deadline - now) / 1000);
  const budget = Number(job.budget.seconds ?? 0);
  // Folds taken over from an earlier job took none of this one's time.
  const busy = job.continues === null ? busyShare(folds, job.cpus, elapsed ?? 0) : null;
  const score = job.score ?? job.progress.best_score;
  const items: [string, ReactNode, ReactNode?][] = [
    [
      t('job:figure.elapsed'),
      elapsed === null ? '–' : format.duration(elapsed),
      budget > 0 && t('job:figure.ofBudget', { budget: format.duration(budget) }),
    ],
    ended
      ? [
          t('job:figure.ended'),
          job.ended_at ? format.time(job.ended_at) : '–',
          job.ended_at && format.relative(job.ended_at, now),
        ]
      : [
          t('job:figure.left'),
          left === null ? '–' : format.duration(left),
          deadline !== null && t('job:figure.endsAt', { time: format.time(deadline) }),
        ],
    [t('job:figure.score'), format.score(score), job.progress.best_family ?? job.metric],
    [
      t('job:figure.trials'),
      format.integer(job.progress.trials),
      t('job:figure.folds', { folds: format.integer(job.progress.folds) }),
    ],
    [
      t('job:figure.cpus'),
      job.cpus === null ? '–' : format.integer(job.cpus),
      busy !== null && t('job:figure.busy', { share: format.percent(busy, 0) }),
    ],
  ];
  return (
    <>
      {!ended && (
        <Box sx={{ mt: 2 }}>
          <Bar value={job.state === 'queued' ? null : job.progress.fraction} label={t('job:progress')} />
        </Box>
      )}
      <Box
        component="dl"
        sx={{
          m: 0,
          mt: 2,
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(5, minmax(0, 1fr))' },
        }}
      >
        {items.map(([name, value, note]) => (
          <Box key={name} sx={{ minWidth: 0 }}>
            <Typography component="dt" variant="caption" color="textSecondary">
              {name}
            </Typography>
            <Typography
              component="dd"
              className="tabular"
              sx={{ m: 0, fontSize: '1.25rem', fontWeight: 650, lineHeight: 1.3 }}
            >
              {value}
              {note && (
                <Typography component="span" variant="caption" color="textSecondary" sx={{ display: 'block' }}>
                  {note}
                </Typography>
              )}
            </Typography>
          </Box>
        ))}
      </Box>
    </>
  );
}
