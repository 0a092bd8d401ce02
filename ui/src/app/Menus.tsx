import { mdiThemeLightDark, mdiTranslate } from '@mdi/js';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useColorScheme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import { type ReactNode, useId, useState } from 'react';
import { Icon } from '@/components/Icon';
import { LANGUAGES, type Language, setLanguage } from '@/i18n/setup';
import { useWords } from '@/i18n/useWords';

interface Choice {
  value: string;
  label: ReactNode;
}

function ChoiceMenu(props: {
  label: string;
  icon: string;
  choices: Choice[];
  chosen: string;
  onChoose: (value: string) => void;
}) {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={props.label}>
        <IconButton
          aria-label={props.label}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          aria-controls={anchor ? id : undefined}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Icon path={props.icon} />
        </IconButton>
      </Tooltip>
      <Menu id={id} anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {props.choices.map((choice) => (
          <MenuItem
            key={choice.value}
            role="menuitemradio"
            aria-checked={choice.value === props.chosen}
            selected={choice.value === props.chosen}
            onClick={() => {
              setAnchor(null);
              props.onChoose(choice.value);
            }}
          >
            {choice.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

export function LanguageMenu() {
  const { t, language } = useWords();
  return (
    <ChoiceMenu
      label={t('shell:top.language')}
      icon={mdiTranslate}
      choices={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label: <span lang={value}>{label}</span> }))}
      chosen={language}
      onChoose={(value) => setLanguage(value as Language)}
    />
  );
}

export function ThemeMenu() {
  const { t } = useWords();
  const { mode, setMode } = useColorScheme();
  return (
    <ChoiceMenu
      label={t('shell:top.theme')}
      icon={mdiThemeLightDark}
      choices={[
        { value: 'system', label: t('shell:top.system') },
        { value: 'light', label: t('shell:top.light') },
        { value: 'dark', label: t('shell:top.dark') },
      ]}
      chosen={mode ?? 'system'}
      onChoose={(value) => setMode(value as 'system' | 'light' | 'dark')}
    />
  );
}
