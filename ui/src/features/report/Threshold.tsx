import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Slider from '@mui/material/Slider';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { BinaryData } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { HeatMap } from '@/charts/HeatMap';
import { Facts } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { usePlace } from './place';
import { cheapest, confusionAt, costOf, rates } from './threshold';

const numberOf = (text: string | null, otherwise: number, least: number, most: number): number => {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= least && value <= most ? value : otherwise;
};

/** The reader moves the threshold; the confusion matrix, the rates and the costs follow. */
export function Threshold({ data }: { data: BinaryData }) {
  const { t, format } = useWords();
  const place = usePlace();
  const threshold = numberOf(place.get('threshold'), 0.5, 0, 1);
  const fnCost = numberOf(place.get('fn'), 1, 0, 1e9);
  const fpCost = numberOf(place.get('fp'), 1, 0, 1e9);
  const confusion = confusionAt(data.thresholds, threshold);
  const { tp, fp, tn, fn } = confusion;
  const worth = rates(confusion);
  const setThreshold = (value: number) => place.set({ threshold: String(Number(value.toFixed(4))) });
  const shown = (value: number | null) => (value === null ? '–' : format.percent(value));
  const labels = [data.positive, data.negative];
  const cost = (name: 'fn' | 'fp', value: number) => (
    <TextField
      type="number"
      size="small"
      label={t(`report:threshold.${name}Cost`)}
      value={place.get(name) ?? String(value)}
      onChange={(event) => place.set({ [name]: event.target.value })}
      slotProps={{ htmlInput: { min: 0, step: 'any' } }}
      sx={{ width: 150 }}
    />
  );
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' } }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h3" id="threshold-label">
          {t('report:threshold.title')}:{' '}
          <span className="tabular" data-testid="threshold">
            {format.number(threshold, 4)}
          </span>
        </Typography>
        <Typography variant="caption" color="text.secondary" component="div">
          {t('report:threshold.why', { label: data.positive })}
        </Typography>
        <Box sx={{ px: 1.5 }}>
          <Slider
            value={threshold}
            min={0}
            max={1}
            step={0.005}
            onChange={(_, value) => setThreshold(Array.isArray(value) ? (value[0] ?? 0.5) : value)}
            aria-labelledby="threshold-label"
            valueLabelDisplay="auto"
            marks={[
              { value: 0, label: '0' },
              { value: 0.5, label: format.number(0.5) },
              { value: 1, label: '1' },
            ]}
          />
        </Box>
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mb: 2 }}>
          {data.choices
            .filter(({ criterion }) => criterion !== 'min_cost')
            .map((choice) => (
              <Button
                key={choice.criterion}
                size="small"
                variant="outlined"
                onClick={() => setThreshold(choice.threshold)}
              >
                {t(`report:threshold.choice.${choice.criterion}`)}
              </Button>
            ))}
        </Box>
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'center', mb: 2 }}>
          {cost('fn', fnCost)}
          {cost('fp', fpCost)}
          <Button
            size="small"
            variant="outlined"
            onClick={() => setThreshold(cheapest(data.thresholds, fnCost, fpCost).threshold)}
          >
            {t('report:threshold.choice.min_cost')}
          </Button>
        </Box>
        <Facts
          items={[
            [t('report:threshold.cost'), format.number(costOf(confusion, fnCost, fpCost), 6)],
            [t('report:rate.accuracy'), shown(worth.accuracy)],
            [t('report:rate.precision'), shown(worth.precision)],
            [t('report:rate.recall'), shown(worth.recall)],
            [t('report:rate.specificity'), shown(worth.specificity)],
            [t('report:rate.f1'), shown(worth.f1)],
          ]}
        />
      </Box>
      <ChartCard
        title={t('report:confusion.title')}
        description={t('report:confusion.at', { threshold: format.number(threshold, 4) })}
        data={{
          header: [t('report:confusion.actual'), ...labels],
          rows: [
            [data.positive, tp, fn],
            [data.negative, fp, tn],
          ],
        }}
      >
        {(height) => (
          <HeatMap
            rows={labels}
            columns={labels}
            values={[
              [tp, fn],
              [fp, tn],
            ]}
            low={0}
            rowTitle={t('report:confusion.actual')}
            columnTitle={t('report:confusion.predicted')}
            format={format.integer}
            label={`${t('report:confusion.title')}: TP ${tp}, FN ${fn}, FP ${fp}, TN ${tn}`}
            height={height}
          />
        )}
      </ChartCard>
    </Box>
  );
}
