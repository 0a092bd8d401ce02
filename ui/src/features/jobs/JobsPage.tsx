import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { Link as RouterLink } from 'react-router';
import { useEnough } from '@/api/enough';
import { useJobs } from '@/api/queries';
import type { JobKind, JobState } from '@/api/types';
import { SearchField } from '@/components/SearchField';
import { PageHeader, Section } from '@/components/Section';
import { Asked, EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { usePaused } from '@/lib/usePaused';
import { JobRows } from './JobRows';

const STATES: JobState[] = ['queued', 'running', 'finishing', 'succeeded', 'failed', 'cancelled'];
const KINDS: JobKind[] = ['fit', 'predict', 'ingest'];
const PAGE = 100;

export default function JobsPage() {
  const { t } = useWords();
  const [address, set] = useAddress();
  const state = STATES.find((each) => each === address.get('state')) ?? null;
  const kind = KINDS.find((each) => each === address.get('kind')) ?? 'fit';
  const words = address.get('q') ?? '';
  // Asked when the typing pauses.
  const search = usePaused(words.trim(), 250);
  const jobs = useJobs(PAGE, { kind, state, search });
  const shown = useMemo(() => jobs.data?.pages.flatMap((page) => page.items) ?? [], [jobs.data]);
  const { hasNextPage, isPlaceholderData, isFetchingNextPage, fetchNextPage } = jobs;
  const filtered = search !== '' || state !== null;
  useEnough(jobs, shown.length, filtered);
  const newJob = (
    <Button variant="contained" component={RouterLink} to="/jobs/new">
      {t('job:list.new')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('job:list.title')} subtitle={t('job:list.subtitle')} actions={newJob} />
      <Section>
        <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', mb: 1.5, alignItems: 'center' }}>
          <SearchField label={t('job:list.search')} value={words} onChange={(next) => set({ q: next || null })} />
          <TextField
            select
            size="small"
            label={t('job:list.state')}
            value={state ?? ''}
            onChange={(event) => set({ state: event.target.value || null })}
            sx={{ minWidth: 150 }}
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          >
            <MenuItem value="">{t('job:list.anyState')}</MenuItem>
            {STATES.map((each) => (
              <MenuItem key={each} value={each}>
                {t(`shell:jobState.${each}`)}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            select
            size="small"
            label={t('job:list.kind')}
            value={kind}
            onChange={(event) => set({ kind: event.target.value === 'fit' ? null : event.target.value })}
            sx={{ minWidth: 150 }}
          >
            {KINDS.map((each) => (
              <MenuItem key={each} value={each}>
                {t(`job:kind.${each}`)}
              </MenuItem>
            ))}
          </TextField>
        </Stack>
        <Asked
          query={jobs}
          failed={t('job:list.failed')}
          lines={8}
          isEmpty={() => shown.length === 0 && !filtered}
          empty={
            <EmptyState title={t('job:list.empty')} action={newJob}>
              {t('job:list.emptyWhy')}
            </EmptyState>
          }
        >
          {() =>
            shown.length === 0 ? (
              hasNextPage || isPlaceholderData ? (
                <LoadingState lines={8} />
              ) : (
                <EmptyState title={t('job:list.noMatch')}>{t('job:list.noMatchWhy')}</EmptyState>
              )
            ) : (
              <JobRows rows={shown} onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()} />
            )
          }
        </Asked>
        <Typography variant="caption" color="textSecondary" role="status">
          {t('job:list.loaded', { count: shown.length })}
          {hasNextPage && ` ${t('job:list.more')}`}
        </Typography>
      </Section>
    </>
  );
}
