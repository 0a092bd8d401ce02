import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const PRESETS = { quick: 30, balanced: 300, thorough: 1800, long: 7200 } as const;
const LEAST = 10;
const MOST = 7 * 24 * 3600;

/** How long it may take: one of four, or any number of minutes. */
export function BudgetControl({ seconds, onChange }: { seconds: number; onChange: (seconds: number) => void }) {
  const { t, format } = useWords();
  const preset = Object.entries(PRESETS).find(([, value]) => value === seconds)?.[0] ?? null;
  return (
    <Section title={t('newJob:budget.title')}>
      <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={preset}
          onChange={(_, name: keyof typeof PRESETS | null) => name && onChange(PRESETS[name])}
          aria-label={t('newJob:budget.title')}
          sx={{ flexWrap: 'wrap' }}
        >
          {Object.entries(PRESETS).map(([name, value]) => (
            <ToggleButton key={name} value={name} sx={{ textTransform: 'none' }}>
              {t(`newJob:budget.${name}`)} · {format.duration(value)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <TextField
          type="number"
          label={t('newJob:budget.minutes')}
          value={Math.round((seconds / 60) * 100) / 100}
          onChange={(event) => {
            const minutes = Number(event.target.value);
            if (minutes > 0) onChange(Math.min(MOST, Math.max(LEAST, Math.round(minutes * 60))));
          }}
          slotProps={{ htmlInput: { min: 0.25, step: 'any' } }}
          sx={{ width: 150 }}
        />
      </Stack>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
        {t('newJob:budget.help')}
      </Typography>
    </Section>
  );
}
