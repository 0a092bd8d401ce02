import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { useSubmit } from '@/api/predictions';
import { useDataset } from '@/api/queries';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Link } from '@/components/Link';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';

interface Props {
  dataset: string;
  idempotencyKey: string;
  model: string;
  proba: boolean;
  /** It is asked for, or given up. */
  onDone: () => void;
}

/** Waits until the dataset is read, then asks for its prediction. */
export function Submit({ dataset, idempotencyKey, model, proba, onDone }: Props) {
  const { t } = useWords();
  const found = useDataset(dataset);
  const submit = useSubmit();
  const asked = useRef(false);
  const { mutate } = submit;
  const state = found.data?.state;
  const name = found.data?.name ?? dataset;
  useEffect(() => {
    if (state !== 'ready' || asked.current) return;
    asked.current = true;
    mutate({ key: idempotencyKey, model, dataset_id: dataset, proba }, { onSuccess: onDone });
  }, [state, mutate, idempotencyKey, model, dataset, proba, onDone]);
  const other = (
    <Button size="small" onClick={onDone}>
      {t('predict:batch.other')}
    </Button>
  );
  if (found.error || submit.error) {
    return (
      <Stack sx={{ gap: 1, alignItems: 'flex-start' }}>
        <ErrorPanel
          error={submit.error ?? found.error}
          title={t('predict:batch.refused', { name })}
          unchanged={t('predict:batch.refusedKept')}
          onRetry={() =>
            submit.error
              ? mutate({ key: idempotencyKey, model, dataset_id: dataset, proba }, { onSuccess: onDone })
              : void found.refetch()
          }
        />
        {other}
      </Stack>
    );
  }
  if (state === 'rejected') {
    return (
      <Alert severity="error" variant="outlined" action={other}>
        {t('predict:batch.rejected', { name })} {found.data?.error?.detail}{' '}
        <Link to={`/datasets/${dataset}`}>{t('predict:batch.rejectedSee')}</Link>
      </Alert>
    );
  }
  return (
    <Stack sx={{ gap: 1, maxWidth: 480 }} role="status">
      <Typography sx={{ overflowWrap: 'anywhere' }}>{t('predict:batch.reading', { name })}</Typography>
      <Bar value={null} label={t('predict:batch.reading', { name })} />
      <Box>{other}</Box>
    </Stack>
  );
}
