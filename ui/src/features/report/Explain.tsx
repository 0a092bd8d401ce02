import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import { type Report, type Row, useExplain } from '@/api/reports';
import { ErrorPanel } from '@/components/ErrorPanel';
import { useWords } from '@/i18n/useWords';
import { ImportanceChart } from './ImportanceChart';

/** The value of a feature that most rows of the report's sample are next to. */
export function typical(report: Report): Record<string, string> {
  return Object.fromEntries(
    (report.dependence.data?.features ?? []).map(({ feature, grid, counts }) => {
      const value = grid[counts.indexOf(Math.max(...counts))];
      return [feature, value === null || value === undefined ? '' : String(value)];
    }),
  );
}

/** Why one row is answered as it is. */
export function Explain({ report }: { report: Report }) {
  const { t, format } = useWords();
  const explain = useExplain(report.model_id, report.version);
  const start = typical(report);
  const [values, setValues] = useState<Record<string, string>>(start);
  const names = Object.keys(start);
  const all = [
    ...(report.importance.data?.features.map(({ feature }) => feature) ?? []),
    ...(report.importance.data?.missing ?? []),
  ];
  if (names.length === 0) return null;
  const numeric = new Set(
    report.dependence.data?.features.filter(({ kind }) => kind === 'number').map(({ feature }) => feature),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const row: Row = Object.fromEntries(
      [...new Set([...all, ...names])].map((name) => {
        const text = (values[name] ?? '').trim();
        return [name, text === '' ? null : numeric.has(name) && Number.isFinite(Number(text)) ? Number(text) : text];
      }),
    );
    explain.mutate({ rows: [row], top: 10 });
  };
  const answer = explain.data?.rows[0];
  return (
    <Box component="form" onSubmit={submit} sx={{ mt: 2 }}>
      <Typography variant="h3">{t('report:explain.title')}</Typography>
      <Typography variant="caption" color="text.secondary">
        {t('report:explain.why')}
      </Typography>
      <Box sx={{ display: 'grid', gap: 1.5, my: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))' }}>
        {names.map((name) => (
          <TextField
            key={name}
            size="small"
            label={name}
            value={values[name] ?? ''}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        ))}
      </Box>
      <Button type="submit" variant="outlined" disabled={explain.isPending}>
        {t('report:explain.submit')}
      </Button>
      {explain.error && <ErrorPanel error={explain.error} title={t('report:explain.failed')} />}
      {answer && (
        <Box aria-live="polite" sx={{ mt: 1.5 }}>
          <Typography variant="body2">
            {t('report:explain.answer')}:{' '}
            <b>{typeof answer.prediction === 'number' ? format.number(answer.prediction) : answer.prediction}</b>
            {answer.probability !== null && ` (${format.percent(answer.probability)})`}
            {'. '}
            {answer.contributions.length > 0 &&
              t('report:explain.sum', {
                base: format.number(answer.base_value, 3),
                total: format.number(answer.total, 3),
                unit: explain.data ? t(`report:scale.${explain.data.scale}`) : '',
              })}
            {explain.data?.reason}
          </Typography>
          {answer.contributions.length > 0 && (
            <ImportanceChart
              label={t('report:explain.title')}
              features={answer.contributions.map((each) => ({
                feature: `${each.feature} = ${each.value ?? t('report:missing')}`,
                importance: each.contribution,
                low: null,
                high: null,
              }))}
            />
          )}
        </Box>
      )}
    </Box>
  );
}
