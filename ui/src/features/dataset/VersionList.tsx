import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { useDatasetVersions } from '@/api/datasets';
import type { Dataset, ReadOptions } from '@/api/types';
import { Link } from '@/components/Link';
import { Section } from '@/components/Section';
import { DatasetChip } from '@/components/StateChip';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** Every reading of the same bytes, with what was asked of it. */
export function VersionList({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const versions = useDatasetVersions(dataset.id);
  return (
    <Section title={t('dataset:versions.title')}>
      <Typography variant="body2" color="textSecondary">
        {t('dataset:versions.why')}
      </Typography>
      <Asked query={versions} failed={t('dataset:versions.failed')} lines={2}>
        {({ items }) => (
          <Box component="ul" aria-label={t('dataset:versions.title')} sx={{ listStyle: 'none', m: 0, p: 0, mt: 1 }}>
            {items.map((each, at) => (
              <Version key={each.id} version={each} number={items.length - at} isThis={each.id === dataset.id} />
            ))}
          </Box>
        )}
      </Asked>
    </Section>
  );
}

function Version({ version, number, isThis }: { version: Dataset; number: number; isThis: boolean }) {
  const { t, format } = useWords();
  const options = version.options as Partial<ReadOptions>;
  const asked = Object.entries(options).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === false || name === 'missing_marks') return [];
    if (name === 'types') {
      const types = Object.entries(value as Record<string, string>);
      return types.map(([column, type]) => `${column}: ${t(`dataset:type.${type}`, { defaultValue: type })}`);
    }
    return [`${t(`dataset:dialect.${name}`, { defaultValue: name })}: ${String(value)}`];
  });
  const name = t('dataset:versions.name', { number });
  return (
    <Box
      component="li"
      aria-current={isThis ? 'true' : undefined}
      sx={{
        display: 'flex',
        gap: 1,
        py: 1,
        flexWrap: 'wrap',
        alignItems: 'center',
        borderTop: 1,
        borderColor: 'divider',
        '&:first-of-type': { borderTop: 0 },
      }}
    >
      <Box sx={{ flex: '1 1 14rem', minWidth: 0 }}>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          {isThis ? (
            <Typography variant="body2" sx={{ fontWeight: 650 }}>
              {name}
            </Typography>
          ) : (
            <Link to={`/datasets/${version.id}?tab=reading`}>{name}</Link>
          )}
          {isThis && <Chip size="small" variant="outlined" label={t('dataset:versions.this')} />}
          <DatasetChip state={version.state} />
        </Box>
        <Typography variant="caption" color="textSecondary" component="div" sx={{ overflowWrap: 'anywhere' }}>
          {asked.join(' · ') || t('dataset:versions.asFound')}
        </Typography>
      </Box>
      <Typography variant="body2" color="textSecondary" className="tabular">
        {[version.rows !== null && t('shell:table.rows', { count: version.rows }), format.dateTime(version.created_at)]
          .filter(Boolean)
          .join(' · ')}
      </Typography>
    </Box>
  );
}
