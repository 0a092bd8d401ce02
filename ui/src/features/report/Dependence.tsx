import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { FeatureDependence, Report } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Bars, Lines, type Series } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';
import { IceChart } from './IceChart';
import { usePlace } from './place';

const CURVES = 6;

/** How the prediction moves with one feature. */
export function Dependence({ data }: { data: NonNullable<Report['dependence']['data']> }) {
  const { t } = useWords();
  const place = usePlace();
  const chosen = data.features.find(({ feature }) => feature === place.get('feature')) ?? data.features[0];
  if (!chosen) return null;
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <TextField
        select
        size="small"
        label={t('report:dependence.feature')}
        value={chosen.feature}
        onChange={(event) => place.set({ feature: event.target.value })}
        sx={{ maxWidth: 320 }}
      >
        {data.features.map(({ feature }) => (
          <MenuItem key={feature} value={feature}>
            {feature}
          </MenuItem>
        ))}
      </TextField>
      <DependenceChart key={chosen.feature} feature={chosen} rows={data.rows} />
    </Box>
  );
}

function DependenceChart({ feature, rows }: { feature: FeatureDependence; rows: number }) {
  const { t } = useWords();
  const { grid, counts, kind } = feature;
  const curves = feature.curves.slice(0, CURVES);
  const names = grid.map((value) => (value === null ? t('report:missing') : String(value)));
  const nameOf = (label: string | null) => label ?? t('report:dependence.mean');
  const line = (values: readonly number[]) =>
    grid.flatMap((x, at) => (typeof x === 'number' ? [{ x, y: values[at] ?? null }] : []));
  const series: Series[] = curves.map(({ label, mean }) => ({ name: nameOf(label), points: line(mean) }));
  // Where values are missing, the grid has a point that lies nowhere on the axis.
  const known = grid.flatMap((value, at) => (typeof value === 'number' ? [at] : []));
  const pick = (values: readonly number[]) => known.map((at) => values[at] ?? 0);
  const only = curves.length === 1 ? curves[0] : undefined;
  const title = t('report:dependence.title', { feature: feature.feature });
  return (
    <ChartCard
      title={title}
      description={t('report:dependence.why', { count: rows })}
      height={320}
      data={{
        header: [feature.feature, t('report:rows'), ...curves.map(({ label }) => nameOf(label))],
        rows: grid.map((_, at) => [names[at], counts[at], ...curves.map(({ mean }) => mean[at])]),
      }}
    >
      {(height) =>
        kind === 'number' && only ? (
          <IceChart
            x={known.map((at) => Number(grid[at]))}
            mean={pick(only.mean)}
            rows={feature.ice.map(pick)}
            xLabel={feature.feature}
            label={title}
            height={height}
          />
        ) : kind === 'number' ? (
          <Lines series={series} x={{ label: feature.feature }} height={height} label={title} />
        ) : (
          <Bars
            names={names}
            series={curves.map(({ label, mean }) => ({ name: nameOf(label), values: mean }))}
            nameLabel={feature.feature}
            height={height}
            label={title}
          />
        )
      }
    </ChartCard>
  );
}
