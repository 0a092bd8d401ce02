import { mdiClose } from '@mdi/js';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '@/api/client';
import { useExamples } from '@/api/queries';
import type { Dataset } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { readPreference, writePreference } from '@/lib/storage';

const removed = (): string[] => (readPreference('removedExamples') ?? '').split(',').filter(Boolean);

/** Example tables, a click each. One that was removed never returns. */
export function Examples() {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const { toast } = useAnnouncer();
  const examples = useExamples();
  const [gone, setGone] = useState(removed);
  const start = useMutation({
    mutationFn: (name: string) => api.create<Dataset>('/v1/datasets', { example: name }),
    onSuccess: (dataset) => navigate(`/datasets/${dataset.id}`),
  });
  const keep = (names: string[]) => {
    writePreference('removedExamples', names.join(','));
    setGone(names);
  };
  const shown = (examples.data?.items ?? []).filter(({ name }) => !gone.includes(name));
  if (examples.error)
    return <ErrorPanel error={examples.error} title={t('home:examples.failed')} onRetry={() => examples.refetch()} />;
  if (shown.length === 0) return null;
  return (
    <Section title={t('home:examples.title')}>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 230px), 1fr))' }}>
        {shown.map((example) => (
          <Paper key={example.name} sx={{ position: 'relative' }}>
            <ButtonBase
              onClick={() => start.mutate(example.name)}
              disabled={start.isPending}
              sx={{
                display: 'flex',
                flexDirection: 'column',
                alignItems: 'flex-start',
                justifyContent: 'flex-start',
                textAlign: 'left',
                width: '100%',
                height: '100%',
                p: 1.5,
                pr: 5,
                borderRadius: 2,
                '&:hover': { bgcolor: 'action.hover' },
              }}
            >
              <Typography variant="h3" component="div">
                {t(`home:example.${example.name}`, { defaultValue: example.title })}
              </Typography>
              <Typography variant="body2" color="textSecondary">
                {t(`shell:task.${example.task}`)}
                {' · '}
                {t('shell:table.rows', { count: example.rows, formatted: format.integer(example.rows) })}
              </Typography>
            </ButtonBase>
            <Tooltip title={t('home:examples.remove')}>
              <IconButton
                size="small"
                aria-label={`${t('home:examples.remove')}: ${example.title}`}
                onClick={() => {
                  const before = gone;
                  keep([...gone, example.name]);
                  toast({
                    text: t('home:examples.removed'),
                    action: { label: t('shell:action.undo'), run: () => keep(before) },
                  });
                }}
                sx={{ position: 'absolute', top: 6, right: 6 }}
              >
                <Icon path={mdiClose} />
              </IconButton>
            </Tooltip>
          </Paper>
        ))}
      </Box>
      {start.error && <ErrorPanel error={start.error} title={t('home:examples.failed')} />}
    </Section>
  );
}
