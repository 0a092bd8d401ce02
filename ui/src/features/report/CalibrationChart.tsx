import type { Calibration } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Lines } from '@/charts/Charts';
import { useWords } from '@/i18n/useWords';

/** Whether probabilities come true as often as they say. */
export function CalibrationChart({ data }: { data: Calibration }) {
  const { t, format } = useWords();
  const share = { min: 0, max: 1, format: (value: number) => format.percent(value, 0) };
  return (
    <ChartCard
      title={t('report:calibration.title')}
      description={t('report:calibration.why', {
        ece: format.number(data.ece, 3),
        brier: format.number(data.brier, 3),
      })}
      data={{
        header: ['predicted', 'observed', 'rows'],
        rows: data.bins.map((bin) => [bin.predicted, bin.observed, bin.rows]),
      }}
    >
      {(height) => (
        <Lines
          series={[
            { name: t('report:model'), points: data.bins.map((bin) => ({ x: bin.predicted, y: bin.observed })) },
            {
              name: t('report:calibration.ideal'),
              points: [
                { x: 0, y: 0 },
                { x: 1, y: 1 },
              ],
              quiet: true,
            },
          ]}
          x={{ ...share, label: t('report:calibration.x') }}
          y={share}
          height={height}
          label={t('report:calibration.title')}
        />
      )}
    </ChartCard>
  );
}
