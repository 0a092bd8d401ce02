import { mdiAlert, mdiAutoFix, mdiCheckCircle } from '@mdi/js';
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import type { Report } from '@/api/reports';
import { ChartCard } from '@/charts/ChartCard';
import { Bars } from '@/charts/Charts';
import { type Column, DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Link } from '@/components/Link';
import { Facts } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { MONO } from '@/theme/tokens';
import { usePlace } from './place';

type Some<T> = NonNullable<T>;
const CHECK = {
  passed: ['success', mdiCheckCircle],
  fixed: ['info', mdiAutoFix],
  needs_you: ['warning', mdiAlert],
} as const;
const LEVELS = ['needs_you', 'fixed', 'passed'] as const;

export function Checks({ data }: { data: Some<Report['checks']['data']> }) {
  const { t } = useWords();
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
      {LEVELS.flatMap((level) =>
        data
          .filter((check) => check.level === level)
          .map((check) => (
            <Box
              component="li"
              key={`${check.code} ${check.column} ${check.message}`}
              sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start' }}
            >
              <Chip
                variant="outlined"
                size="small"
                color={CHECK[level][0]}
                icon={<Icon path={CHECK[level][1]} />}
                label={t(`report:check.${level}`)}
                sx={{ minWidth: { sm: 120 }, justifyContent: 'flex-start', flexShrink: 0 }}
              />
              <Typography variant="body2" sx={{ overflowWrap: 'anywhere', pt: 0.25 }}>
                {check.column && <b>{check.column}: </b>}
                {check.message}
              </Typography>
            </Box>
          )),
      )}
    </Box>
  );
}

export function Tried({ data }: { data: Some<Report['tried']['data']> }) {
  const { t, format } = useWords();
  type Row = (typeof data.trials)[number];
  const columns: Column<Row>[] = [
    { id: 'name', header: t('report:tried.name'), value: (row) => row.name },
    {
      id: 'state',
      header: t('report:tried.state'),
      value: (row) => row.state,
      cell: (row) => t(`report:trialState.${row.state}`, { defaultValue: row.state }),
    },
    {
      id: 'score',
      header: t('report:tried.score'),
      numeric: true,
      value: (row) => row.score,
      cell: (row) => format.score(row.score),
    },
    {
      id: 'weight',
      header: t('report:tried.weight'),
      numeric: true,
      value: (row) => row.weight,
      cell: (row) => (row.weight > 0 ? format.percent(row.weight) : '–'),
    },
    { id: 'folds', header: t('report:tried.folds'), numeric: true, value: (row) => row.folds },
    {
      id: 'fit',
      header: t('report:tried.fit'),
      numeric: true,
      value: (row) => row.fit_s,
      cell: (row) => format.duration(row.fit_s),
    },
    {
      id: 'reason',
      header: t('report:tried.reason'),
      value: (row) => row.reason,
      cell: (row) => <span title={row.reason ?? undefined}>{row.reason ?? ''}</span>,
    },
  ];
  return (
    <>
      <Box component="ul" sx={{ mt: 0, mb: 1.5, pl: 2.5, typography: 'body2' }}>
        {data.story.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </Box>
      <DataTable
        label={t('report:part.tried')}
        rows={data.trials.map((row, at) => ({ ...row, at }))}
        columns={columns as Column<Row & { at: number }>[]}
        rowKey={(row) => String(row.at)}
        maxHeight={360}
      />
    </>
  );
}

export function Times({ data }: { data: Some<Report['times']['data']> }) {
  const { t, format } = useWords();
  const shown = (value: number | null) => (value === null ? '–' : format.duration(value));
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) minmax(0, 1.4fr)' },
      }}
    >
      <Facts
        items={[
          [t('report:times.job'), shown(data.job_s)],
          [t('report:times.wall'), shown(data.wall_s)],
          [t('report:times.budget'), shown(data.budget_s)],
          [t('report:times.fit'), shown(data.fit_s)],
          [t('report:times.cpus'), data.cpus === null ? '–' : format.integer(data.cpus)],
          [t('report:times.trials'), format.integer(data.trials)],
          [t('report:times.folds'), format.integer(data.folds)],
        ]}
      />
      <ChartCard
        title={t('report:times.phases')}
        height={190}
        data={{
          header: [t('report:times.phase'), 's'],
          rows: data.phases.map((phase) => [t(`report:phase.${phase.name}`), phase.seconds]),
        }}
      >
        {(height) => (
          <Bars
            horizontal
            names={data.phases.map((phase) => t(`report:phase.${phase.name}`))}
            series={[{ name: t('report:times.phases'), values: data.phases.map(({ seconds }) => seconds) }]}
            value={{ format: format.duration }}
            height={height}
            label={t('report:times.phases')}
          />
        )}
      </ChartCard>
    </Box>
  );
}

export function LineageView({ report }: { report: Report }) {
  const { t } = useWords();
  const { linked } = usePlace();
  const { lineage } = report;
  const to = (address: string, text: string) => (linked ? <Link to={address}>{text}</Link> : text);
  const digest = (text: string | null) => (
    <Box component="code" sx={{ fontFamily: MONO, fontSize: '0.75rem' }}>
      {text ?? '–'}
    </Box>
  );
  return (
    <Facts
      items={[
        [t('report:lineage.data'), to(`/datasets/${lineage.dataset_id}`, lineage.dataset_id)],
        [t('report:lineage.dataDigest'), digest(lineage.dataset_digest)],
        [t('report:lineage.job'), to(`/jobs/${lineage.job_id}`, lineage.job_id)],
        [
          t('report:lineage.model'),
          to(`/models/${lineage.model_id}`, `${lineage.model_id}@${lineage.version} (${lineage.label})`),
        ],
        [t('report:lineage.package'), digest(lineage.package_digest)],
        [
          t('report:lineage.libraries'),
          Object.entries(lineage.libraries)
            .map(([name, version]) => `${name} ${version}`)
            .join(', '),
        ],
      ]}
    />
  );
}
