import { mdiTrayArrowUp } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type DragEvent, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { uploadFile } from '@/api/upload';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';

interface Sending {
  file: File;
  sent: number;
  stop: AbortController;
}

/** Takes a file by drop or choice, sends it in parts, and goes to the dataset that it becomes. */
export function DropZone() {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [failed, setFailed] = useState<{ file: File; error: unknown } | null>(null);

  const send = async (file: File | undefined) => {
    if (!file || sending) return;
    const stop = new AbortController();
    setFailed(null);
    setSending({ file, sent: 0, stop });
    try {
      const dataset = await uploadFile(file, {
        signal: stop.signal,
        onProgress: (sent) => setSending({ file, sent, stop }),
      });
      navigate(`/datasets/${dataset.id}`);
    } catch (error) {
      if (!stop.signal.aborted) setFailed({ file, error });
      setSending(null);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files[0]);
  };

  return (
    <Stack sx={{ gap: 1.5 }}>
      <Box
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        sx={{
          border: '2px dashed',
          borderColor: over ? 'primary.main' : 'divider',
          bgcolor: over ? 'action.hover' : undefined,
          borderRadius: 2,
          p: 3,
          textAlign: 'center',
        }}
      >
        {sending ? (
          <Stack sx={{ gap: 1, maxWidth: 480, mx: 'auto' }}>
            <Typography sx={{ overflowWrap: 'anywhere' }}>
              {t('home:drop.sending', { name: sending.file.name })}
            </Typography>
            <Bar
              value={sending.file.size ? sending.sent / sending.file.size : null}
              label={t('home:drop.sending', { name: sending.file.name })}
            />
            <Typography variant="caption" color="textSecondary" className="tabular">
              {t('home:drop.progress', { sent: format.bytes(sending.sent), total: format.bytes(sending.file.size) })}
            </Typography>
            <Box>
              <Button
                size="small"
                onClick={() => {
                  sending.stop.abort();
                  setSending(null);
                }}
              >
                {t('home:drop.pause')}
              </Button>
            </Box>
          </Stack>
        ) : (
          <Stack sx={{ alignItems: 'center', gap: 1 }}>
            <Icon path={mdiTrayArrowUp} fontSize="large" color="primary" />
            <Typography variant="h3" component="p">
              {t('home:drop.title')}
            </Typography>
            <Typography variant="body2" color="textSecondary">
              {t('home:drop.kinds')}
            </Typography>
            <Button variant="contained" onClick={() => input.current?.click()}>
              {t('home:drop.choose')}
            </Button>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={t('home:drop.choose')}
              accept=".csv,.tsv,.txt,.xlsx,.xls,.parquet,.zip,.gz"
              onChange={(event) => {
                void send(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </Stack>
        )}
      </Box>
      {failed && (
        <ErrorPanel
          error={failed.error}
          title={t('home:drop.failed', { name: failed.file.name })}
          unchanged={t('home:drop.kept')}
          onRetry={() => void send(failed.file)}
        />
      )}
    </Stack>
  );
}
