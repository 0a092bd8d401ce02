import { mdiClose, mdiPlus } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { Family } from '@/api/types';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import type { Configuration } from './draft';

interface Props {
  families: readonly Family[];
  configurations: readonly Configuration[];
  onChange: (configurations: Configuration[]) => void;
}

/** Exact models that shall be tried: a family and its hyperparameters, by the family's own schema. */
export function Configurations({ families, configurations, onChange }: Props) {
  const { t } = useWords();
  const first = families[0];
  const set = (index: number, value: Configuration) =>
    onChange(configurations.map((each, at) => (at === index ? value : each)));
  return (
    <Box sx={{ mt: 2 }}>
      <Typography variant="h3" gutterBottom>
        {t('newJob:exact.title')}
      </Typography>
      <Typography variant="body2" color="textSecondary" gutterBottom>
        {t('newJob:exact.help')}
      </Typography>
      {configurations.map((configuration, index) => {
        const family = families.find(({ name }) => name === configuration.family);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal ones are allowed and told apart by their place
          <Paper key={index} sx={{ p: 1.5, mb: 1 }}>
            <Box sx={{ display: 'flex', gap: 1, mb: 1.5, alignItems: 'center' }}>
              <TextField
                select
                label={t('newJob:exact.family')}
                value={configuration.family}
                onChange={(event) => set(index, { family: event.target.value, params: {} })}
                sx={{ minWidth: 200 }}
              >
                {families.map(({ name, title }) => (
                  <MenuItem key={name} value={name}>
                    {title ?? name}
                  </MenuItem>
                ))}
              </TextField>
              <Box sx={{ flex: 1 }} />
              <IconButton
                aria-label={t('shell:action.delete')}
                onClick={() => onChange(configurations.filter((_, at) => at !== index))}
              >
                <Icon path={mdiClose} />
              </IconButton>
            </Box>
            <Box
              sx={{
                display: 'grid',
                gap: 1.5,
                gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 170px), 1fr))',
              }}
            >
              {Object.entries(family?.hyperparameters?.properties ?? {}).map(([name, schema]) => (
                <TextField
                  key={name}
                  label={name}
                  placeholder={schema.default === undefined || schema.default === null ? '' : String(schema.default)}
                  helperText={
                    [schema.minimum, schema.maximum].every((bound) => bound !== undefined)
                      ? `${schema.minimum} – ${schema.maximum}`
                      : undefined
                  }
                  value={configuration.params[name] ?? ''}
                  onChange={(event) =>
                    set(index, { ...configuration, params: { ...configuration.params, [name]: event.target.value } })
                  }
                  slotProps={{ inputLabel: { shrink: true } }}
                />
              ))}
            </Box>
          </Paper>
        );
      })}
      {first && (
        <Button
          size="small"
          startIcon={<Icon path={mdiPlus} />}
          onClick={() => onChange([...configurations, { family: first.name, params: {} }])}
        >
          {t('newJob:exact.add')}
        </Button>
      )}
    </Box>
  );
}
