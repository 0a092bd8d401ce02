import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { ColumnProfile } from '@/api/types';
import { Distribution } from '@/components/Distribution';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

interface Props {
  columns: readonly ColumnProfile[];
  column: ColumnProfile | undefined;
  onChange: (name: string | null) => void;
}

/** The column to predict; its classes or its spread are shown at once. */
export function TargetPicker({ columns, column, onChange }: Props) {
  const { t, format } = useWords();
  return (
    <Section title={t('newJob:target.title')}>
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', md: '320px minmax(0, 1fr)' } }}>
        <Box>
          <Autocomplete
            options={columns.map(({ name }) => name)}
            value={column?.name ?? null}
            onChange={(_, name) => onChange(name)}
            renderInput={(input) => <TextField {...input} label={t('newJob:target.label')} />}
          />
          <Typography variant="caption" color="textSecondary" component="div" sx={{ mt: 1 }}>
            {column
              ? [
                  t(`dataset:type.${column.type}`),
                  column.distinct !== null && t('dataset:column.distinct', { number: format.integer(column.distinct) }),
                  t('dataset:column.missing', { share: format.percent(column.missing_share) }),
                ]
                  .filter(Boolean)
                  .join(' · ')
              : t('newJob:target.help')}
          </Typography>
        </Box>
        {column && (
          <Box sx={{ maxWidth: 560, width: '100%' }}>
            <Distribution column={column} most={8} />
          </Box>
        )}
      </Box>
    </Section>
  );
}
