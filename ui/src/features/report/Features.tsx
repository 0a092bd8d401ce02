import Box from '@mui/material/Box';
import type { Report } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Points } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';
import { ImportanceChart } from './ImportanceChart';
import { PAIR } from './Part';

const SHOWN = 20;
const NAMES_PX = 110;
const NAME_LONGEST = 13;

/** What the metric loses without each feature. */
export function ImportanceView({ data }: { data: NonNullable<Report['importance']['data']> }) {
  const { t, format } = useWords();
  const shown = data.features.slice(0, SHOWN);
  return (
    <ChartCard
      title={t('report:importance.title')}
      description={t('report:importance.why', {
        metric: data.metric,
        count: data.rows,
        repeats: shown[0]?.repeats ?? 1,
      })}
      height={Math.max(120, shown.length * 24 + 20)}
      data={{
        header: [t('report:feature'), t('report:importance.title'), 'low', 'high'],
        rows: data.features.map((each) => [each.feature, each.importance, each.low, each.high]),
      }}
    >
      {() => (
        <>
          <ImportanceChart features={shown} label={t('report:importance.title')} />
          {data.features.length > SHOWN && (
            <Box sx={{ typography: 'caption', color: 'text.secondary' }}>
              {t('report:importance.more', { shown: SHOWN, all: format.integer(data.features.length) })}
            </Box>
          )}
        </>
      )}
    </ChartCard>
  );
}

/** Local contributions of many rows together. */
export function ContributionsView({ data }: { data: NonNullable<Report['contributions']['data']> }) {
  const { t, format } = useWords();
  const shown = data.features.slice(0, 10);
  const unit = t(`report:scale.${data.scale}`);
  const low = {
    name: t('report:contributions.low'),
    points: [] as { x: number; y: number; id: string; label: string }[],
  };
  const high = { name: t('report:contributions.high'), points: [] as typeof low.points };
  const other = { name: t('report:contributions.other'), points: [] as typeof low.points };
  shown.forEach(({ feature, points }, row) => {
    points.forEach(({ contribution, position }, at) => {
      const kept = position === null ? other : position < 0.5 ? low : high;
      // Rows are spread over the height of their feature's band.
      kept.points.push({
        x: contribution,
        y: shown.length - row + ((at % 9) - 4) * 0.07,
        id: `${feature} ${at}`,
        label: feature,
      });
    });
  });
  return (
    <Box sx={PAIR}>
      <ChartCard
        title={t('report:contributions.mean')}
        description={t('report:contributions.meanWhy', { unit, label: data.label ? ` (${data.label})` : '' })}
        height={Math.max(120, shown.length * 24 + 20)}
        data={{
          header: [t('report:feature'), unit],
          rows: data.features.map((each) => [each.feature, each.mean_absolute]),
        }}
      >
        {() => (
          <ImportanceChart
            label={t('report:contributions.mean')}
            features={shown.map((each) => ({
              feature: each.feature,
              importance: each.mean_absolute,
              low: null,
              high: null,
            }))}
          />
        )}
      </ChartCard>
      <ChartCard
        title={t('report:contributions.rows')}
        description={t('report:contributions.rowsWhy', {
          count: data.rows,
          weight: format.percent(data.covered_weight, 0),
        })}
        height={Math.max(280, shown.length * 26 + 60)}
        data={{
          header: [t('report:feature'), t('report:contributions.position'), unit],
          rows: shown.flatMap(({ feature, points }) =>
            points.map((point) => [feature, point.position, point.contribution]),
          ),
        }}
      >
        {(height) => (
          <Points
            series={[low, high, other].filter(({ points }) => points.length > 0)}
            x={{ label: unit }}
            y={{
              min: 0.4,
              max: shown.length + 0.6,
              ticks: shown.map((_, row) => shown.length - row),
              width: NAMES_PX,
              format: (value) => {
                const name = shown[shown.length - value]?.feature ?? '';
                return name.length > NAME_LONGEST ? `${name.slice(0, NAME_LONGEST - 1)}…` : name;
              },
            }}
            height={height}
            label={t('report:contributions.rows')}
          />
        )}
      </ChartCard>
    </Box>
  );
}
