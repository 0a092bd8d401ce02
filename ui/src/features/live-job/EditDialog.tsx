import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { type FormEvent, useId, useState } from 'react';
import type { Job } from '@/api/types';
import { useWords } from '@/i18n/useWords';

/** A job's name and priority. */
export function EditDialog(props: {
  job: Job;
  busy: boolean;
  onClose: () => void;
  onSave: (name: string | undefined, priority: number) => void;
}) {
  const { job, busy, onClose, onSave } = props;
  const { t } = useWords();
  const id = useId();
  const [name, setName] = useState(job.name ?? '');
  const [priority, setPriority] = useState(job.priority);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(name.trim() || undefined, priority);
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="xs">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('job:do.edit')}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <TextField
            autoFocus
            margin="dense"
            label={t('job:name')}
            value={name}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <TextField
            select
            label={t('job:priority')}
            helperText={t('job:priorityHint')}
            value={priority}
            onChange={(event) => setPriority(Number(event.target.value))}
          >
            {Array.from({ length: 10 }, (_, each) => (
              <MenuItem key={`p${each.toString()}`} value={each}>
                {each}
              </MenuItem>
            ))}
          </TextField>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('shell:action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={busy}>
            {t('shell:action.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
