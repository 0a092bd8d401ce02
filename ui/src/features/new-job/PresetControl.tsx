import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import type { Preset } from '@/api/types';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const PRESETS: Preset[] = ['balanced', 'fast'];

/** What the model shall be: several that answer together, or the best one alone. */
export function PresetControl({ preset, onChange }: { preset: Preset; onChange: (preset: Preset) => void }) {
  const { t } = useWords();
  return (
    <Section title={t('newJob:preset.title')}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={preset}
        onChange={(_, chosen: Preset | null) => chosen && onChange(chosen)}
        aria-label={t('newJob:preset.title')}
      >
        {PRESETS.map((each) => (
          <ToggleButton key={each} value={each} sx={{ textTransform: 'none' }}>
            {t(`newJob:preset.${each}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
        {t(`newJob:preset.help.${preset}`)}
      </Typography>
    </Section>
  );
}
