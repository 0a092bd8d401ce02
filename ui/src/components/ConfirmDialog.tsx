import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useWords } from '@/i18n/useWords';

interface Props {
  open: boolean;
  title: string;
  /** What will happen, and whether it can be taken back. */
  text: string;
  confirm: string;
  dangerous?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks once before something that cannot be taken back. */
export function ConfirmDialog({ open, title, text, confirm, dangerous, busy, onConfirm, onClose }: Props) {
  const { t } = useWords();
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{text}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t('shell:action.cancel')}
        </Button>
        <Button onClick={onConfirm} disabled={busy} color={dangerous ? 'error' : 'primary'} variant="contained">
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
