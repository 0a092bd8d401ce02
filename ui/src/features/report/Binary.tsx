import Box from '@mui/material/Box';
import type { BinaryData } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Lines } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';
import { CalibrationChart } from './CalibrationChart';
import { PAIR } from './Part';
import { Threshold } from './Threshold';

const unit = { min: 0, max: 1 };

/** Performance where the target has two classes. */
export function Binary({ data }: { data: BinaryData }) {
  const { t, format } = useWords();
  const { roc, pr, lift } = data;
  const grid = data.thresholds;
  const share = { ...unit, format: (value: number) => format.percent(value, 0) };
  const points = (x: readonly number[], y: readonly (number | null)[]) =>
    x.map((each, at) => ({ x: each, y: y[at] ?? null }));
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Threshold data={data} />
      <Box sx={PAIR}>
        <ChartCard
          title={t('report:roc.title')}
          description={t('report:roc.why', { auc: format.score(roc.auc) })}
          data={{
            header: ['FPR', 'TPR', 'threshold'],
            rows: roc.fpr.map((each, at) => [each, roc.tpr[at], roc.thresholds[at]]),
          }}
        >
          {(height) => (
            <Lines
              series={[
                { name: t('report:model'), points: points(roc.fpr, roc.tpr) },
                {
                  name: t('report:chance'),
                  points: [
                    { x: 0, y: 0 },
                    { x: 1, y: 1 },
                  ],
                  quiet: true,
                },
              ]}
              x={{ ...share, label: t('report:roc.x') }}
              y={share}
              height={height}
              label={t('report:roc.title')}
            />
          )}
        </ChartCard>
        <ChartCard
          title={t('report:pr.title')}
          description={t('report:pr.why', { ap: format.score(pr.average_precision) })}
          data={{
            header: ['recall', 'precision', 'threshold'],
            rows: pr.recall.map((each, at) => [each, pr.precision[at], pr.thresholds[at]]),
          }}
        >
          {(height) => (
            <Lines
              series={[
                { name: t('report:model'), points: points(pr.recall, pr.precision) },
                {
                  name: t('report:chance'),
                  points: [
                    { x: 0, y: pr.baseline },
                    { x: 1, y: pr.baseline },
                  ],
                  quiet: true,
                },
              ]}
              x={{ ...share, label: t('report:rate.recall') }}
              y={share}
              height={height}
              label={t('report:pr.title')}
            />
          )}
        </ChartCard>
        <ChartCard
          title={t('report:byThreshold.title')}
          description={t('report:byThreshold.why')}
          data={{
            header: ['threshold', 'precision', 'recall', 'f1', 'mcc'],
            rows: grid.thresholds.map((each, at) => [
              each,
              grid.precision[at],
              grid.recall[at],
              grid.f1[at],
              grid.mcc[at],
            ]),
          }}
        >
          {(height) => (
            <Lines
              series={[
                { name: t('report:rate.precision'), points: points(grid.thresholds, grid.precision) },
                { name: t('report:rate.recall'), points: points(grid.thresholds, grid.recall) },
                { name: t('report:rate.f1'), points: points(grid.thresholds, grid.f1) },
                { name: 'MCC', points: points(grid.thresholds, grid.mcc) },
              ]}
              x={{ ...unit, label: t('report:threshold.title') }}
              y={{ max: 1 }}
              height={height}
              label={t('report:byThreshold.title')}
            />
          )}
        </ChartCard>
        <CalibrationChart data={data.calibration} />
        <ChartCard
          title={t('report:gain.title')}
          description={t('report:gain.why', { label: data.positive })}
          data={{
            header: ['share', 'gain', 'lift', 'rows'],
            rows: lift.map((group) => [group.share, group.gain, group.lift, group.rows]),
          }}
        >
          {(height) => (
            <Lines
              series={[
                {
                  name: t('report:model'),
                  points: [{ x: 0, y: 0 }, ...lift.map((group) => ({ x: group.share, y: group.gain }))],
                },
                {
                  name: t('report:chance'),
                  points: [
                    { x: 0, y: 0 },
                    { x: 1, y: 1 },
                  ],
                  quiet: true,
                },
              ]}
              x={{ ...share, label: t('report:gain.x') }}
              y={share}
              height={height}
              label={t('report:gain.title')}
            />
          )}
        </ChartCard>
        <ChartCard
          title={t('report:lift.title')}
          description={t('report:lift.why')}
          data={{ header: ['share', 'lift'], rows: lift.map((group) => [group.share, group.cumulative_lift]) }}
        >
          {(height) => (
            <Lines
              series={[
                {
                  name: t('report:model'),
                  points: lift.map((group) => ({ x: group.share, y: group.cumulative_lift })),
                },
                {
                  name: t('report:chance'),
                  points: [
                    { x: 0, y: 1 },
                    { x: 1, y: 1 },
                  ],
                  quiet: true,
                },
              ]}
              x={{ ...share, label: t('report:gain.x') }}
              y={{ min: 0 }}
              height={height}
              label={t('report:lift.title')}
            />
          )}
        </ChartCard>
      </Box>
    </Box>
  );
}
