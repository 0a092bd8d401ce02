/** Toasts, and what readers of the screen are told. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useWords } from '@/i18n/useWords';

interface Toast {
  text: string;
  severity?: 'success' | 'info' | 'warning' | 'error';
  /** One thing to do about it, such as taking it back. */
  action?: { label: string; run: () => void };
}

interface Announcer {
  toast: (toast: Toast) => void;
  /** Said aloud by screen readers, shown to nobody. */
  say: (text: string) => void;
}

const Context = createContext<Announcer>({ toast: () => undefined, say: () => undefined });

export const useAnnouncer = (): Announcer => useContext(Context);

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const [queue, setQueue] = useState<(Toast & { id: number })[]>([]);
  const [said, setSaid] = useState('');
  const toast = useCallback((made: Toast) => setQueue((old) => [...old, { ...made, id: Math.random() }]), []);
  const value = useMemo(() => ({ toast, say: setSaid }), [toast]);
  const first = queue[0];
  const next = useCallback(() => setQueue((old) => old.slice(1)), []);
  return (
    <Context.Provider value={value}>
      {children}
      <div className="sr-only" aria-live="polite" role="status">
        {said}
      </div>
      <Snackbar
        key={first?.id}
        open={first !== undefined}
        autoHideDuration={first?.action ? 10_000 : 6_000}
        onClose={(_, reason) => reason !== 'clickaway' && next()}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      >
        <Alert
          severity={first?.severity ?? 'success'}
          variant="outlined"
          sx={{ bgcolor: 'background.paper', alignItems: 'center' }}
          closeText={t('shell:toast.dismiss')}
          onClose={first?.action ? undefined : next}
          action={
            first?.action && (
              <Button
                size="small"
                onClick={() => {
                  first.action?.run();
                  next();
                }}
              >
                {first.action.label}
              </Button>
            )
          }
        >
          {first?.text}
        </Alert>
      </Snackbar>
    </Context.Provider>
  );
}
