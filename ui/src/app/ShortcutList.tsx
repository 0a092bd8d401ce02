import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { Facts } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

function Keys({ keys }: { keys: string[] }) {
  return keys.map((key) => (
    <Box
      key={key}
      component="kbd"
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1, px: 0.75, mr: 0.5, fontSize: '0.85em' }}
    >
      {key}
    </Box>
  ));
}

export function ShortcutList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="shortcuts-title">
      <DialogTitle id="shortcuts-title">{t('shell:keys.title')}</DialogTitle>
      <DialogContent>
        <Facts
          items={[
            [t('shell:keys.palette'), <Keys key="a" keys={['Ctrl', 'K']} />],
            [t('shell:keys.search'), <Keys key="b" keys={['/']} />],
            [t('shell:keys.help'), <Keys key="c" keys={['?']} />],
            [t('shell:keys.home'), <Keys key="d" keys={['g', 'h']} />],
            [t('shell:keys.datasets'), <Keys key="e" keys={['g', 'd']} />],
            [t('shell:keys.jobs'), <Keys key="f" keys={['g', 'j']} />],
            [t('shell:keys.models'), <Keys key="g" keys={['g', 'm']} />],
            [t('shell:keys.close'), <Keys key="h" keys={['Esc']} />],
          ]}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('shell:action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
