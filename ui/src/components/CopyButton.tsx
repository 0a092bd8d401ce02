import { mdiCheck, mdiContentCopy } from '@mdi/js';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { useWords } from '@/i18n/useWords';
import { Icon } from './Icon';

/** Copies a text, a long one made when it is asked for; with `label` a button of words, otherwise an icon. */
export function CopyButton({ text, label }: { text: string | (() => string); label?: string }) {
  const { t } = useWords();
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setDone(true);
      setTimeout(() => setDone(false), 2_000);
    } catch {
      // No clipboard on plain HTTP from another machine: the person selects the text instead.
      setDone(false);
    }
  };
  const icon = <Icon path={done ? mdiCheck : mdiContentCopy} />;
  const says = done ? t('shell:action.copied') : (label ?? t('shell:action.copy'));
  return label ? (
    <Button size="small" startIcon={icon} onClick={copy}>
      {says}
    </Button>
  ) : (
    <Tooltip title={says}>
      <IconButton size="small" aria-label={says} onClick={copy}>
        {icon}
      </IconButton>
    </Tooltip>
  );
}
