import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { LeaderboardRow } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import { Bars, Points } from '@/charts/Charts';
import { type Dimension, ParallelCoordinates } from '@/charts/ParallelCoordinates';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { influences, LEAST_TRIALS, varied } from './study';

const LINES = 300;
const AXES = 8;

const plainValue = (value: unknown): number | string | null =>
  value === undefined || value === null ? null : typeof value === 'number' ? value : String(value);

/** A range over more than two powers of ten is read better on a log axis. */
function scaleOf(values: readonly number[]): 'log' | 'linear' {
  const low = Math.min(...values);
  return low > 0 && Math.max(...values) / low > 100 ? 'log' : 'linear';
}

/** What the trials of one family tell of its hyperparameters. */
export function FamilyCharts({
  rows,
  metric,
  better,
}: {
  rows: readonly LeaderboardRow[];
  metric: string;
  better: boolean;
}) {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const scored = rows.filter((row) => row.score !== null);
  const counts = new Map<string, number>();
  for (const row of scored) counts.set(row.family, (counts.get(row.family) ?? 0) + 1);
  const families = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const family = families.find((each) => each === address.get('family')) ?? families[0];
  if (!family) return null;
  const mine = scored.filter((row) => row.family === family);
  const names = varied(mine);
  const numeric = names.filter((name) => mine.some((row) => typeof row.params[name] === 'number'));
  const param = numeric.find((each) => each === address.get('param')) ?? numeric[0];
  const found = influences(mine, better);
  const best = [...mine].sort((a, b) => (better ? -1 : 1) * ((a.score ?? 0) - (b.score ?? 0))).slice(0, LINES);
  const axes = names.slice(0, AXES);
  const dimensions: Dimension[] = [...axes, metric].map((name) => {
    const values = best
      .map((row) => (name === metric ? row.score : row.params[name]))
      .filter((value) => value !== undefined && value !== null);
    const numbers = values.filter((value): value is number => typeof value === 'number');
    return numbers.length === values.length
      ? { name, kind: 'number', scale: scaleOf(numbers) }
      : { name, kind: 'name' };
  });
  const slice = param ? mine.filter((row) => typeof row.params[param] === 'number') : [];
  const xs = slice.map((row) => Number(row.params[param ?? '']));
  const select = (
    label: string,
    name: string,
    value: string,
    options: readonly string[],
    shown: (option: string) => string,
  ) => (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => set({ [name]: event.target.value })}
      sx={{ minWidth: 180 }}
    >
      {options.map((option) => (
        <MenuItem key={option} value={option}>
          {shown(option)}
        </MenuItem>
      ))}
    </TextField>
  );
  return (
    <Section
      title={t('search:family.title')}
      actions={select(
        t('search:family.name'),
        'family',
        family,
        families,
        (each) => `${each} (${format.integer(counts.get(each) ?? 0)})`,
      )}
    >
      {names.length === 0 ? (
        <Alert severity="info" variant="outlined">
          {t('search:family.same')}
        </Alert>
      ) : (
        <Box sx={{ display: 'grid', gap: 2 }}>
          <ChartCard
            title={t('search:parallel.title')}
            description={t('search:parallel.why', { count: best.length, metric })}
            height={320}
            data={{
              header: [t('search:trial'), ...axes, metric],
              rows: best.map((row) => [row.name, ...axes.map((name) => plainValue(row.params[name])), row.score]),
            }}
          >
            {(height) => (
              <ParallelCoordinates
                dimensions={dimensions}
                lines={best.map((row) => ({
                  id: String(row.trial),
                  label: row.name,
                  values: [...axes.map((name) => plainValue(row.params[name])), row.score],
                  score: row.score,
                }))}
                label={t('search:parallel.title')}
                height={height}
              />
            )}
          </ChartCard>
          <Box
            sx={{
              display: 'grid',
              gap: 2,
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
            }}
          >
            {found.length > 0 ? (
              <ChartCard
                title={t('search:influence.title')}
                description={t('search:influence.why')}
                height={Math.max(160, found.length * 32 + 60)}
                data={{
                  header: [t('search:param'), t('search:influence.value'), t('search:trials')],
                  rows: found.map((each) => [each.name, each.correlation, each.trials]),
                }}
              >
                {(height) => (
                  <Bars
                    horizontal
                    names={found.map(({ name }) => name)}
                    series={[
                      { name: t('search:influence.value'), values: found.map(({ correlation }) => correlation) },
                    ]}
                    value={{ min: -1, max: 1 }}
                    height={height}
                    label={t('search:influence.title')}
                    nameWidth={150}
                  />
                )}
              </ChartCard>
            ) : (
              <Alert severity="info" variant="outlined" sx={{ alignSelf: 'start' }}>
                {t('search:influence.few', { count: LEAST_TRIALS })}
              </Alert>
            )}
            {param && (
              <ChartCard
                title={t('search:slice.title', { param })}
                description={t('search:slice.why', { metric })}
                actions={select(t('search:param'), 'param', param, numeric, (each) => each)}
                data={{
                  header: [t('search:trial'), param, metric],
                  rows: slice.map((row) => [row.name, plainValue(row.params[param]), row.score]),
                }}
              >
                {(height) => (
                  <Points
                    series={[
                      {
                        name: family,
                        points: slice.map((row, at) => ({
                          x: xs[at] ?? 0,
                          y: row.score ?? 0,
                          id: String(row.trial),
                          label: row.name,
                        })),
                      },
                    ]}
                    x={{ label: param, scale: scaleOf(xs) }}
                    y={{ label: metric }}
                    height={height}
                    label={t('search:slice.title', { param })}
                  />
                )}
              </ChartCard>
            )}
          </Box>
        </Box>
      )}
    </Section>
  );
}
