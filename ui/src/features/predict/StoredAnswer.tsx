import { mdiDownload } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { StoredPrediction } from '@/api/predictions';
import { useDataset } from '@/api/queries';
import { isTerminal } from '@/api/types';
import { Icon } from '@/components/Icon';
import { JobChip } from '@/components/StateChip';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';

interface Props {
  stored: StoredPrediction;
  csv: string;
  parquet: string;
  onCancel: () => void;
  onDelete: () => void;
}

/** One prediction of a dataset: how far it is, what was handled, the answers as files. */
export function StoredAnswer({ stored, csv, parquet, onCancel, onDelete }: Props) {
  const { t, format } = useWords();
  const dataset = useDataset(stored.dataset_id);
  const name = stored.name ?? dataset.data?.name ?? stored.dataset_id;
  const ended = isTerminal(stored.state);
  const total = stored.rows_total;
  const rows =
    total !== null && !ended
      ? t('predict:stored.rowsOf', { done: format.integer(stored.rows), total: format.integer(total) })
      : t('predict:stored.rows', { count: stored.rows, formatted: format.integer(stored.rows) });
  const unseen = Object.entries(stored.unseen);
  return (
    <Box
      component="li"
      aria-label={name}
      sx={{ py: 1.5, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0, pt: 0 } }}
    >
      <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <Box sx={{ flex: '1 1 14rem', minWidth: 0 }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{name}</Typography>
          <Typography variant="body2" color="textSecondary" className="tabular">
            {[
              t('predict:page.version', { version: stored.version }),
              rows,
              stored.size_bytes !== null && format.bytes(stored.size_bytes),
              format.dateTime(stored.created_at),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Typography>
        </Box>
        <JobChip state={stored.state} />
        {stored.state === 'succeeded' && (
          <>
            <Button size="small" component="a" href={csv} download startIcon={<Icon path={mdiDownload} />}>
              CSV
            </Button>
            <Button size="small" component="a" href={parquet} download startIcon={<Icon path={mdiDownload} />}>
              Parquet
            </Button>
          </>
        )}
        <Button size="small" color="inherit" onClick={ended ? onDelete : onCancel}>
          {t(ended ? 'shell:action.delete' : 'shell:action.cancel')}
        </Button>
      </Stack>
      {!ended && (
        <Box sx={{ mt: 1 }}>
          <Bar value={total ? stored.rows / total : null} label={rows} />
        </Box>
      )}
      {stored.error && (
        <Alert severity="error" variant="outlined" sx={{ mt: 1 }}>
          {stored.error.detail} {stored.error.hint}
        </Alert>
      )}
      {unseen.length > 0 && (
        <Alert severity="warning" variant="outlined" sx={{ mt: 1 }}>
          {t('predict:stored.unseen')}{' '}
          {unseen
            .map(([column, count]) =>
              t('predict:stored.unseenColumn', { column, count, formatted: format.integer(count) }),
            )
            .join(', ')}
        </Alert>
      )}
      {unseen.length === 0 &&
        stored.warnings.map((text) => (
          <Alert key={text} severity="info" variant="outlined" sx={{ mt: 1 }}>
            {text}
          </Alert>
        ))}
    </Box>
  );
}
