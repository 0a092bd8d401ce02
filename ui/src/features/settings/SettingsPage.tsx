import Button from '@mui/material/Button';
import { useColorScheme } from '@mui/material/styles';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { type ReactNode, useState } from 'react';
import { useSession, useSignOut } from '@/api/session';
import { PALETTES } from '@/charts/palette';
import { useAnnouncer } from '@/components/Announcer';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Facts, PageHeader, Section } from '@/components/Section';
import { Asked } from '@/components/States';
import { LANGUAGES, type Language, preferredLanguage, setLanguage } from '@/i18n/setup';
import { useWords } from '@/i18n/useWords';
import { forgetPreferences, usePreference, writePreference } from '@/lib/storage';
import { DENSITIES, useDensity } from '@/theme/density';
import { Keys } from './Keys';
import { Swatches } from './Swatches';

const THEMES = ['system', 'light', 'dark'] as const;

function Choice(props: {
  label: string;
  value: string;
  choices: readonly (readonly [string, ReactNode])[];
  onChange: (value: string) => void;
}) {
  return (
    <>
      <Typography variant="h3" component="h2" sx={{ mb: 0.75 }}>
        {props.label}
      </Typography>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={props.value}
        aria-label={props.label}
        onChange={(_, value: string | null) => value && props.onChange(value)}
        sx={{ mb: 2, flexWrap: 'wrap' }}
      >
        {props.choices.map(([value, label]) => (
          <ToggleButton key={value} value={value} sx={{ px: 2, textTransform: 'none' }}>
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </>
  );
}

export default function SettingsPage() {
  const { t, language } = useWords();
  const { toast } = useAnnouncer();
  const { mode, setMode } = useColorScheme();
  const density = useDensity();
  const palette = usePreference('palette', PALETTES);
  const [asking, setAsking] = useState(false);
  const reset = async () => {
    setAsking(false);
    forgetPreferences();
    setMode('system');
    await setLanguage(preferredLanguage(), false);
    toast({ text: t('settings:reset.done') });
  };
  return (
    <>
      <PageHeader title={t('settings:title')} subtitle={t('settings:subtitle')} />
      <Section>
        <Choice
          label={t('shell:top.language')}
          value={language}
          choices={Object.entries(LANGUAGES).map(
            ([value, label]) =>
              [
                value,
                <span key={value} lang={value}>
                  {label}
                </span>,
              ] as const,
          )}
          onChange={(value) => void setLanguage(value as Language)}
        />
        <Choice
          label={t('shell:top.theme')}
          value={mode ?? 'system'}
          choices={THEMES.map((value) => [value, t(`shell:top.${value}`)] as const)}
          onChange={(value) => setMode(value as (typeof THEMES)[number])}
        />
        <Choice
          label={t('settings:density.title')}
          value={density}
          choices={DENSITIES.map((value) => [value, t(`settings:density.${value}`)] as const)}
          onChange={(value) => writePreference('density', value)}
        />
        <Choice
          label={t('settings:palette.title')}
          value={palette}
          choices={PALETTES.map((value) => [value, t(`settings:palette.${value}`)] as const)}
          onChange={(value) => writePreference('palette', value)}
        />
        <Swatches />
        <Typography variant="body2" color="textSecondary">
          {t(`settings:palette.why.${palette}`)}
        </Typography>
      </Section>
      <SignedIn />
      <Section title={t('shell:keys.title')}>
        <Keys />
      </Section>
      <Section title={t('settings:reset.title')}>
        <Typography variant="body2" sx={{ mb: 1.5 }}>
          {t('settings:reset.why')}
        </Typography>
        <Button variant="outlined" onClick={() => setAsking(true)}>
          {t('settings:reset.submit')}
        </Button>
      </Section>
      <ConfirmDialog
        open={asking}
        title={t('settings:reset.title')}
        text={t('settings:reset.text')}
        confirm={t('settings:reset.submit')}
        onConfirm={() => void reset()}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

/** By what this browser is let in, what it may do, and the way out. */
function SignedIn() {
  const { t, format } = useWords();
  const session = useSession();
  const signOut = useSignOut();
  return (
    <Section title={t('settings:session.title')}>
      <Asked query={session} failed={t('settings:session.failed')} lines={3}>
        {({ by, scopes, expires_at: expires }) => (
          <>
            <Facts
              items={[
                [t('settings:session.by'), by === null ? '–' : t(`settings:session.${by}`)],
                [t('settings:session.scopes'), scopes.join(', ') || '–'],
                ...(expires ? ([[t('settings:session.until'), format.dateTime(expires)]] as const) : []),
              ]}
            />
            <Typography variant="body2" color="textSecondary" sx={{ my: 1.5 }}>
              {t('settings:session.why')}
            </Typography>
            {by === 'session' && (
              <Button variant="outlined" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
                {t('shell:top.signOut')}
              </Button>
            )}
            {signOut.error && <ErrorPanel error={signOut.error} title={t('settings:session.outFailed')} />}
          </>
        )}
      </Asked>
    </Section>
  );
}
