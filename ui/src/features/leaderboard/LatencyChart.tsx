import type { LeaderboardRow } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import { Points } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';
import { front } from './standing';

/** Score against the time of a prediction. */
export function LatencyChart(props: {
  rows: readonly LeaderboardRow[];
  better: boolean;
  metric: string;
  onSelect: (trial: number) => void;
}) {
  const { rows, better, metric, onSelect } = props;
  const { t, format } = useWords();
  const known = rows.filter((row) => row.score !== null && row.predict_us_row !== null && row.predict_us_row > 0);
  const onFront = new Set(front(known, better).map(({ trial }) => trial));
  const points = (kept: readonly LeaderboardRow[]) =>
    kept.map((row) => ({ x: row.predict_us_row ?? 0, y: row.score ?? 0, id: String(row.trial), label: row.name }));
  const speed = t('leaderboard:column.predict');
  return (
    <ChartCard
      title={t('leaderboard:latency.title')}
      description={t('leaderboard:latency.why')}
      data={{
        header: [t('leaderboard:column.name'), speed, metric],
        rows: known.map((row) => [row.name, row.predict_us_row, row.score]),
      }}
    >
      {(height) => (
        <Points
          series={[
            { name: t('leaderboard:latency.front'), points: points(known.filter(({ trial }) => onFront.has(trial))) },
            { name: t('leaderboard:latency.others'), points: points(known.filter(({ trial }) => !onFront.has(trial))) },
          ].filter(({ points: some }) => some.length > 0)}
          x={{ label: speed, scale: 'log', format: (value) => format.number(value, 3) }}
          y={{ label: metric }}
          height={height}
          label={t('leaderboard:latency.title')}
          onSelect={(id) => onSelect(Number(id))}
        />
      )}
    </ChartCard>
  );
}
