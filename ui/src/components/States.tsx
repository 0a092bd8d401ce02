import { mdiTrayRemove } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useWords } from '@/i18n/useWords';
import { ErrorPanel } from './ErrorPanel';
import { Icon } from './Icon';

/** Where something will be: so many lines of it. */
export function LoadingState({ lines = 4 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <Stack sx={{ gap: 1, py: 1 }} role="status" aria-label={t('shell:state.loading')}>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <Skeleton key={line} variant="rounded" height={22} width={`${96 - ((line * 13) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Why there is nothing, and what to do about it. */
export function EmptyState({ title, children, action }: { title?: string; children?: ReactNode; action?: ReactNode }) {
  const { t } = useWords();
  return (
    <Stack sx={{ alignItems: 'center', textAlign: 'center', gap: 1, py: 4, px: 2, color: 'text.secondary' }}>
      <Icon path={mdiTrayRemove} fontSize="large" />
      <Typography variant="h3" component="p" color="textPrimary">
        {title ?? t('shell:state.empty')}
      </Typography>
      {children && (
        <Typography variant="body2" sx={{ maxWidth: 480 }}>
          {children}
        </Typography>
      )}
      {action && <Box sx={{ mt: 1 }}>{action}</Box>}
    </Stack>
  );
}

/** Only a part of it is shown, and why. */
export function PartialNote({ reason }: { reason: string }) {
  const { t } = useWords();
  return (
    <Alert severity="info" variant="outlined" sx={{ py: 0 }}>
      {t('shell:state.partial', { reason })}
    </Alert>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isFetching?: boolean;
  refetch: () => unknown;
}

interface AskedProps<T> {
  query: Asked<T>;
  /** Title of the error: “The jobs could not be loaded”. */
  failed: string;
  lines?: number;
  /** Whether what came is nothing, and what is shown then. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** One question and its four answers: still loading, failed, nothing, this. Old data stay when a later look fails. */
export function Asked<T>({ query, failed, lines, isEmpty, empty, children }: AskedProps<T>) {
  if (query.data === undefined) {
    if (query.error) return <ErrorPanel error={query.error} title={failed} onRetry={() => query.refetch()} />;
    return <LoadingState lines={lines} />;
  }
  if (isEmpty?.(query.data)) return <>{empty ?? <EmptyState />}</>;
  return <>{children(query.data)}</>;
}

/** A bar of 0 to 1 with its number for screen readers; without a value it only moves. */
export function Bar({ value, label }: { value: number | null; label: string }) {
  return (
    <LinearProgress
      variant={value === null ? 'indeterminate' : 'determinate'}
      value={value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)}
      aria-label={label}
      sx={{ height: 6, borderRadius: 3 }}
    />
  );
}
