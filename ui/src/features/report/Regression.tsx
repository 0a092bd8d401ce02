import Box from '@mui/material/Box';
import type { RegressionData } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Bars, Histogram, Points } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';
import { PAIR } from './Part';

/** Performance where the target is a number. */
export function Regression({ data }: { data: RegressionData }) {
  const { t, format } = useWords();
  const { actual, predicted, residuals, by_prediction: bins } = data;
  const reach = { min: Math.min(...actual, ...predicted), max: Math.max(...actual, ...predicted) };
  const series = (y: (at: number) => number) => [
    { name: t('report:rows'), points: actual.map((_, at) => ({ x: predicted[at] ?? 0, y: y(at), id: String(at) })) },
  ];
  const table = (of: readonly string[], rows: (at: number) => number[]) => ({
    header: of,
    rows: actual.map((_, at) => rows(at)),
  });
  const x = { label: t('report:predicted') };
  return (
    <Box sx={PAIR}>
      <ChartCard
        title={t('report:pva.title')}
        description={t('report:pva.why', { count: actual.length })}
        height={340}
        data={table([t('report:predicted'), t('report:actual')], (at) => [predicted[at] ?? 0, actual[at] ?? 0])}
      >
        {(height) => (
          <Points
            series={series((at) => actual[at] ?? 0)}
            x={{ ...x, ...reach }}
            y={{ label: t('report:actual'), ...reach }}
            guide="equal"
            height={height}
            label={t('report:pva.title')}
          />
        )}
      </ChartCard>
      <ChartCard
        title={t('report:residual.title')}
        description={t('report:residual.why')}
        height={340}
        data={table([t('report:predicted'), t('report:residual.name')], (at) => [
          predicted[at] ?? 0,
          (actual[at] ?? 0) - (predicted[at] ?? 0),
        ])}
      >
        {(height) => (
          <Points
            series={series((at) => (actual[at] ?? 0) - (predicted[at] ?? 0))}
            x={{ ...x, ...reach }}
            y={{ label: t('report:residual.name') }}
            guide="zero"
            height={height}
            label={t('report:residual.title')}
          />
        )}
      </ChartCard>
      <ChartCard
        title={t('report:residual.histogram')}
        description={t('report:residual.histogramWhy', {
          mean: format.number(data.residual_mean, 3),
          std: format.number(data.residual_std, 3),
        })}
        data={{
          header: ['from', 'to', t('report:rows')],
          rows: residuals.counts.map((count, at) => [residuals.edges[at], residuals.edges[at + 1], count]),
        }}
      >
        {(height) => (
          <Histogram
            edges={residuals.edges}
            counts={residuals.counts}
            height={height}
            label={t('report:residual.histogram')}
            x={{ label: t('report:residual.name') }}
            countLabel={t('report:rows')}
          />
        )}
      </ChartCard>
      <ChartCard
        title={t('report:errorBins.title')}
        description={t('report:errorBins.why')}
        data={{
          header: ['from', 'to', t('report:rows'), 'bias', 'MAE', 'RMSE'],
          rows: bins.map((bin) => [bin.low, bin.high, bin.rows, bin.bias, bin.mae, bin.rmse]),
        }}
      >
        {(height) => (
          <Bars
            names={bins.map((bin) => `${format.number(bin.low, 3)} – ${format.number(bin.high, 3)}`)}
            nameLabel={t('report:predicted')}
            series={[
              { name: 'MAE', values: bins.map(({ mae }) => mae) },
              { name: 'RMSE', values: bins.map(({ rmse }) => rmse) },
              { name: t('report:bias'), values: bins.map(({ bias }) => bias) },
            ]}
            height={height}
            label={t('report:errorBins.title')}
          />
        )}
      </ChartCard>
    </Box>
  );
}
