import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type Associations, useAssociations } from '@/api/datasets';
import { ChartCard } from '@/charts/ChartCard';
import { HeatMap } from '@/charts/HeatMap';
import { Section } from '@/components/Section';
import { Asked, EmptyState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { strongest } from './strongest';

const LISTED = 8;
const ROW_PX = 26;

/** Which columns go together: all pairs in colour, the strongest by name. */
export function AssociationsPanel({ datasetId }: { datasetId: string }) {
  const { t } = useWords();
  const found = useAssociations(datasetId);
  return (
    <Asked
      query={found}
      failed={t('dataset:associations.failed')}
      lines={10}
      isEmpty={({ columns }) => columns.length < 2}
      empty={<EmptyState title={t('dataset:associations.none')}>{t('dataset:associations.noneWhy')}</EmptyState>}
    >
      {(data) => <Shown data={data} />}
    </Asked>
  );
}

function Shown({ data }: { data: Associations }) {
  const { t, format } = useWords();
  const names = data.columns.map(({ name }) => name);
  const pairs = strongest(data, LISTED);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2.4fr) minmax(0, 1fr)' },
      }}
    >
      <ChartCard
        title={t('dataset:associations.title')}
        description={t('dataset:associations.why', { count: data.rows })}
        height={Math.max(260, names.length * ROW_PX + 160)}
        data={{ header: ['', ...names], rows: names.map((name, row) => [name, ...(data.values[row] ?? [])]) }}
      >
        {(height) => (
          <HeatMap
            rows={names}
            columns={names}
            values={data.values}
            low={-1}
            high={1}
            middle={0}
            format={(value) => format.number(value, 2)}
            label={t('dataset:associations.title')}
            height={height}
          />
        )}
      </ChartCard>
      <Section title={t('dataset:associations.strongest')}>
        {data.left_out > 0 && <PartialNote reason={t('dataset:associations.leftOut', { count: data.left_out })} />}
        <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {pairs.map(({ left, right, value }) => (
            <Box
              component="li"
              key={`${left} ${right}`}
              sx={{
                display: 'flex',
                gap: 1,
                justifyContent: 'space-between',
                py: 0.75,
                borderTop: 1,
                borderColor: 'divider',
                '&:first-of-type': { borderTop: 0 },
              }}
            >
              <Typography variant="body2" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
                {left} · {right}
              </Typography>
              <Typography variant="body2" className="tabular" sx={{ fontWeight: 650 }}>
                {format.number(value, 2)}
              </Typography>
            </Box>
          ))}
        </Box>
        <Typography variant="caption" color="textSecondary" component="div" sx={{ mt: 1 }}>
          {t('dataset:associations.how')}
        </Typography>
      </Section>
    </Box>
  );
}
