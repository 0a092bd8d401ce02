import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useChecks } from '@/api/queries';
import type { ColumnProfile, Dataset } from '@/api/types';
import { CheckList } from '@/components/CheckList';
import { Section } from '@/components/Section';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';

/** What predicting a column would need its owner to know. */
export function ChecksPanel({ dataset, columns }: { dataset: Dataset; columns: readonly ColumnProfile[] }) {
  const { t } = useWords();
  const [address, set] = useAddress();
  const target = address.get('target');
  const checks = useChecks(dataset.id, target);
  return (
    <Section title={t('dataset:tab.checks')}>
      <TextField
        select
        label={t('dataset:checks.target')}
        value={columns.some(({ name }) => name === target) ? target : ''}
        onChange={(event) => set({ target: event.target.value })}
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
