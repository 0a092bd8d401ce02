import Box from '@mui/material/Box';
import type { LeaderboardRow } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import { Lines, Points } from '@/charts/Charts';
import { Section } from '@/components/Section';
import { LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { bestOverTime, type FoldPoint } from './story';

/** The best score over time, and every fold as it ended. */
export function LiveCharts(props: {
  folds: readonly FoldPoint[];
  perTrial: number;
  metric: string;
  better: boolean;
  rows: readonly LeaderboardRow[];
  /** There are folds, but they are not read yet. */
  isBehind: boolean;
}) {
  const { folds, perTrial, metric, better, rows, isBehind } = props;
  const { t, format } = useWords();
  const names = new Map(rows.map((row) => [row.trial, row]));
  const nameOf = (trial: number) => names.get(trial)?.name ?? t('job:trial', { trial });
  const best = bestOverTime(folds, perTrial, better);
  const end = folds.at(-1);
  const line = best.map(({ x, y }) => ({ x, y }));
  const last = best.at(-1);
  // The step goes on to the newest fold.
  if (last && end && end.at > last.x) line.push({ x: end.at, y: last.y });
  const scored = folds.filter((fold) => fold.score !== null);
  const families = [...new Set(scored.map(({ trial }) => names.get(trial)?.family ?? '…'))].sort();
  if (isBehind && folds.length === 0) {
    return (
      <Section>
        <LoadingState lines={5} />
      </Section>
    );
  }
  const x = { label: t('job:chart.seconds'), min: 0, format: (value: number) => format.duration(value) };
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        mb: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <ChartCard
        title={t('job:chart.best')}
        description={t('job:chart.bestWhy', { metric })}
        data={{
          header: [t('job:chart.seconds'), metric, t('job:chart.trial')],
          rows: best.map((point) => [point.x, point.y, nameOf(point.trial)]),
        }}
      >
        {(height) => (
          <Lines
            series={[{ name: metric, points: line, step: true }]}
            x={x}
            height={height}
            label={t('job:chart.best')}
          />
        )}
      </ChartCard>
      <ChartCard
        title={t('job:chart.folds')}
        description={t('job:chart.foldsWhy', { metric })}
        data={{
          header: [t('job:chart.seconds'), metric, t('job:chart.trial'), t('job:chart.fold')],
          rows: scored.map((fold) => [fold.at, fold.score, nameOf(fold.trial), fold.fold + 1]),
        }}
      >
        {(height) => (
          <Points
            series={families.map((family) => ({
              name: family,
              points: scored
                .filter(({ trial }) => (names.get(trial)?.family ?? '…') === family)
                .map((fold) => ({
                  x: fold.at,
                  y: fold.score ?? 0,
                  id: `${fold.trial}-${fold.fold}`,
                  label: nameOf(fold.trial),
                })),
            }))}
            x={x}
            height={height}
            label={t('job:chart.folds')}
          />
        )}
      </ChartCard>
    </Box>
  );
}
