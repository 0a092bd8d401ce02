import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type FormEvent, useId, useState } from 'react';
import { useChange } from '@/api/models';
import type { Model } from '@/api/types';
import { ErrorPanel } from '@/components/ErrorPanel';
import { useWords } from '@/i18n/useWords';

/** Gives a model another name. */
export function Rename({ model, onClose }: { model: Model; onClose: () => void }) {
  const { t } = useWords();
  const id = useId();
  const change = useChange(model.id);
  const [name, setName] = useState(model.name);
  // An “@” parts name and version in requests.
  const isBad = name.trim() === '' || name.includes('@');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBad) change.mutate({ kind: 'rename', name: name.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="xs">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('models:rename.title')}</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t('models:rename.name')}
            value={name}
            error={isBad}
            helperText={isBad ? t('models:rename.rule') : ' '}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          {change.error && <ErrorPanel error={change.error} unchanged={t('shell:error.unchanged')} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('shell:action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={isBad || change.isPending}>
            {t('shell:action.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
