import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import type { MulticlassData } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Bars, Lines } from '@/charts/Charts';
import { HeatMap } from '@/charts/HeatMap';
import { useWords } from '@/i18n/useWords';
import { CalibrationChart } from './CalibrationChart';
import { type Order, ordered } from './confusion';
import { PAIR } from './Part';
import { usePlace } from './place';

const ORDERS: Order[] = ['frequent', 'error', 'name'];
const CURVES = 8;

/** Performance where the target has several classes. */
export function Multiclass({ data }: { data: MulticlassData }) {
  const { t, format } = useWords();
  const place = usePlace();
  const order = ORDERS.find((each) => each === place.get('order')) ?? 'frequent';
  const { labels, counts } = data.confusion;
  const places = ordered(labels, counts, order);
  const sorted = places.map((at) => labels[at] ?? '');
  const values = places.map((row) => {
    const all = (counts[row] ?? []).reduce((sum, each) => sum + each, 0);
    return places.map((column) => (all > 0 ? (counts[row]?.[column] ?? 0) / all : null));
  });
  const classes = data.classes.classes;
  const size = Math.max(300, Math.min(820, 150 + labels.length * 26));
  const share = { min: 0, max: 1, format: (value: number) => format.percent(value, 0) };
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Typography variant="body2">
        {t('report:rate.accuracy')}: {format.percent(data.classes.accuracy)}
        {data.top_k
          .filter(({ k }) => k > 1)
          .map(({ k, accuracy }) => ` · ${t('report:topK', { k })}: ${format.percent(accuracy)}`)}
      </Typography>
      <ChartCard
        title={t('report:confusion.title')}
        description={t('report:confusion.share')}
        height={size}
        data={{
          header: [t('report:confusion.actual'), ...sorted],
          rows: places.map((row) => [labels[row], ...places.map((column) => counts[row]?.[column])]),
        }}
        actions={
          <ToggleButtonGroup
            size="small"
            exclusive
            value={order}
            aria-label={t('report:confusion.order')}
            onChange={(_, value: Order | null) => value && place.set({ order: value })}
          >
            {ORDERS.map((each) => (
              <ToggleButton key={each} value={each} sx={{ py: 0.25, textTransform: 'none' }}>
                {t(`report:confusion.by.${each}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        }
      >
        {(height) => (
          <HeatMap
            rows={sorted}
            columns={sorted}
            values={values}
            low={0}
            high={1}
            blankZero
            rowTitle={t('report:confusion.actual')}
            columnTitle={t('report:confusion.predicted')}
            format={(value) => format.percent(value, 0)}
            label={t('report:confusion.title')}
            height={height}
          />
        )}
      </ChartCard>
      <Box sx={PAIR}>
        <ChartCard
          title={t('report:perClass.title')}
          description={t('report:perClass.why')}
          height={Math.max(280, 60 + classes.length * 38)}
          data={{
            header: [
              t('report:class'),
              t('report:rate.precision'),
              t('report:rate.recall'),
              t('report:rate.f1'),
              t('report:support'),
            ],
            rows: classes.map((each) => [each.label, each.precision, each.recall, each.f1, each.support]),
          }}
        >
          {(height) => (
            <Bars
              horizontal
              names={classes.map(({ label }) => label)}
              series={[
                { name: t('report:rate.precision'), values: classes.map(({ precision }) => precision) },
                { name: t('report:rate.recall'), values: classes.map(({ recall }) => recall) },
                { name: t('report:rate.f1'), values: classes.map(({ f1 }) => f1) },
              ]}
              value={share}
              height={height}
              label={t('report:perClass.title')}
            />
          )}
        </ChartCard>
        <Box sx={{ display: 'grid', gap: 2, alignContent: 'start' }}>
          <ChartCard
            title={t('report:rest.title')}
            description={t('report:rest.why', { count: Math.min(CURVES, data.roc.length) })}
            height={340}
            data={{
              header: [t('report:class'), 'FPR', 'TPR'],
              rows: data.roc.flatMap(({ label, roc }) => roc.fpr.map((x, at) => [label, x, roc.tpr[at]])),
            }}
          >
            {(height) => (
              <Lines
                series={data.roc.slice(0, CURVES).map(({ label, roc }) => ({
                  name: `${label} ${format.number(roc.auc ?? 0, 3)}`,
                  points: roc.fpr.map((x, at) => ({ x, y: roc.tpr[at] ?? null })),
                  quiet: true,
                }))}
                x={{ ...share, label: t('report:roc.x') }}
                y={share}
                height={height}
                label={t('report:rest.title')}
              />
            )}
          </ChartCard>
          <CalibrationChart data={data.calibration} />
        </Box>
      </Box>
    </Box>
  );
}
