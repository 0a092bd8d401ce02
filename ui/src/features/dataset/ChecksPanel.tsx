import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useSearchParams } from 'react-router';
import { useChecks } from '@/api/queries';
import type { ColumnProfile, Dataset } from '@/api/types';
import { CheckList } from '@/components/CheckList';
import { Section } from '@/components/Section';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** What predicting a column would need its owner to know. */
export function ChecksPanel({ dataset, columns }: { dataset: Dataset; columns: readonly ColumnProfile[] }) {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const target = params.get('target');
  const checks = useChecks(dataset.id, target);
  return (
    <Section title={t('dataset:tab.checks')}>
      <TextField
        select
        label={t('dataset:checks.target')}
        value={columns.some(({ name }) => name === target) ? target : ''}
        onChange={(event) => setParams({ tab: 'checks', target: event.target.value }, { replace: true })}
        sx={{ minWidth: 240, mb: 2, maxWidth: '100%' }}
      >
        {columns.map(({ name }) => (
          <MenuItem key={name} value={name}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      {target === null ? (
        <Typography color="textSecondary">{t('dataset:checks.choose')}</Typography>
      ) : (
        <Asked query={checks} failed={t('dataset:checks.failed')}>
          {(data) => <CheckList checks={data.checks} />}
        </Asked>
      )}
    </Section>
  );
}
