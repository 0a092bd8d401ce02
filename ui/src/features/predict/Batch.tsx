import { mdiTrayArrowUp } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type DragEvent, useRef, useState } from 'react';
import { useDatasets } from '@/api/queries';
import type { ModelVersion } from '@/api/types';
import { uploadFile } from '@/api/upload';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { randomName } from '@/lib/random';
import { useAddress } from '@/lib/useAddress';
import { Answers } from './Answers';
import { Submit } from './Submit';

const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.xls,.parquet,.zip,.gz';

interface Sending {
  file: File;
  sent: number;
  stop: AbortController;
}

/** A whole file or dataset: sent, read, predicted as a job; below it what was predicted before. */
export function Batch({ version, model }: { version: ModelVersion; model: string }) {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [failed, setFailed] = useState<{ file: File; error: unknown } | null>(null);
  const datasets = useDatasets();
  const ready = datasets.data?.pages.flatMap((page) => page.items).filter((each) => each.state === 'ready') ?? [];
  // In the address, so that a reload goes on with the same dataset and asks for no second prediction of it.
  const dataset = address.get('data');
  const choose = (id: string | null) => set({ data: id || null, key: id ? randomName() : null });
  const send = async (file: File | undefined) => {
    if (!file || sending) return;
    const stop = new AbortController();
    setFailed(null);
    setSending({ file, sent: 0, stop });
    try {
      const made = await uploadFile(file, {
        signal: stop.signal,
        onProgress: (sent) => setSending({ file, sent, stop }),
      });
      choose(made.id);
    } catch (error) {
      if (!stop.signal.aborted) setFailed({ file, error });
    }
    setSending(null);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files[0]);
  };
  return (
    <>
      <Section title={t('predict:batch.title')}>
        {sending ? (
          <Stack sx={{ gap: 1, maxWidth: 480 }}>
            <Typography sx={{ overflowWrap: 'anywhere' }}>
              {t('predict:batch.sending', { name: sending.file.name })}
            </Typography>
            <Bar
              value={sending.file.size ? sending.sent / sending.file.size : null}
              label={t('predict:batch.sending', { name: sending.file.name })}
            />
            <Typography variant="caption" color="textSecondary" className="tabular">
              {format.bytes(sending.sent)} / {format.bytes(sending.file.size)}
            </Typography>
            <Box>
              <Button
                size="small"
                onClick={() => {
                  sending.stop.abort();
                  setSending(null);
                }}
              >
                {t('shell:action.cancel')}
              </Button>
            </Box>
          </Stack>
        ) : dataset ? (
          <Submit
            key={dataset}
            dataset={dataset}
            idempotencyKey={address.get('key') ?? dataset}
            model={model}
            proba={version.task !== 'regression'}
            onDone={() => choose(null)}
          />
        ) : (
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
              p: 2.5,
            }}
          >
            <Stack sx={{ alignItems: 'center', gap: 1, textAlign: 'center' }}>
              <Icon path={mdiTrayArrowUp} fontSize="large" color="primary" />
              <Typography variant="h3" component="p">
                {t('predict:batch.drop')}
              </Typography>
              <Typography variant="body2" color="textSecondary" sx={{ maxWidth: 560 }}>
                {t('predict:batch.why')}
              </Typography>
              <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', justifyContent: 'center', mt: 0.5 }}>
                <Button variant="contained" onClick={() => input.current?.click()}>
                  {t('predict:batch.choose')}
                </Button>
                {ready.length > 0 && (
                  <TextField
                    select
                    size="small"
                    label={t('predict:batch.known')}
                    value=""
                    onChange={(event) => choose(event.target.value)}
                    sx={{ minWidth: 220, textAlign: 'left' }}
                  >
                    {ready.map((each) => (
                      <MenuItem key={each.id} value={each.id}>
                        {each.name}
                      </MenuItem>
                    ))}
                  </TextField>
                )}
              </Stack>
              <input
                ref={input}
                type="file"
                hidden
                aria-label={t('predict:batch.choose')}
                accept={ACCEPTED}
                onChange={(event) => {
                  void send(event.target.files?.[0]);
                  event.target.value = '';
                }}
              />
            </Stack>
          </Box>
        )}
        {failed && (
          <Box sx={{ mt: 1.5 }}>
            <ErrorPanel
              error={failed.error}
              title={t('predict:batch.sendFailed', { name: failed.file.name })}
              unchanged={t('predict:batch.sendKept')}
              onRetry={() => void send(failed.file)}
            />
          </Box>
        )}
      </Section>
      <Answers modelId={version.model_id} />
    </>
  );
}
