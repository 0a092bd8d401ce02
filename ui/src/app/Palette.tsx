import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import InputBase from '@mui/material/InputBase';
import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useEnough } from '@/api/enough';
import { useDatasets, useJobs, useModels } from '@/api/queries';
import { useWords } from '@/i18n/useWords';
import { usePaused } from '@/lib/usePaused';
import { destinations } from './Nav';

interface Hit {
  group: string;
  label: string;
  detail: string;
  to: string;
}

const MOST = 6;

const holds = ({ label, detail }: Hit, words: string) => `${label} ${detail}`.toLowerCase().includes(words);

/** Ctrl+K: screens, and jobs, models and data by name or id, which the service looks for; without words the newest. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-label={t('shell:palette.title')}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start', pt: { xs: 1, sm: 8 } } }}
    >
      {open && <Search onClose={onClose} />}
    </Dialog>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const wanted = query.trim().toLowerCase();
  // Asked when the typing pauses.
  const search = usePaused(wanted, 200);
  const jobs = useJobs(MOST, { search });
  const models = useModels(MOST, search);
  const datasets = useDatasets(MOST, search);
  const lists = [jobs, models, datasets];
  const known = (list: { data?: { pages: { items: unknown[] }[] } }) =>
    (list.data?.pages ?? []).reduce((sum, page) => sum + page.items.length, 0);
  useEnough(jobs, known(jobs), search !== '', MOST);
  useEnough(models, known(models), search !== '', MOST);
  useEnough(datasets, known(datasets), search !== '', MOST);
  const looks =
    search !== wanted ||
    lists.some(
      (list) => list.isPending || list.isPlaceholderData || (known(list) < MOST && list.hasNextPage && !list.error),
    );
  const screens: Hit[] = [...destinations, { path: '/jobs/new', words: 'shell:nav.newJob' }].map(({ path, words }) => ({
    group: t('shell:palette.screens'),
    label: t(words),
    detail: '',
    to: path,
  }));
  const found: Hit[] = [
    ...(jobs.data?.pages ?? []).flatMap((page) =>
      page.items.map((job) => ({
        group: t('shell:palette.jobs'),
        label: job.name ?? job.target ?? job.id,
        detail: job.id,
        to: `/jobs/${job.id}`,
      })),
    ),
    ...(models.data?.pages ?? []).flatMap((page) =>
      page.items.map((model) => ({
        group: t('shell:palette.models'),
        label: model.name,
        detail: model.id,
        to: `/models/${model.id}`,
      })),
    ),
    ...(datasets.data?.pages ?? []).flatMap((page) =>
      page.items.map((dataset) => ({
        group: t('shell:palette.datasets'),
        label: dataset.name,
        detail: dataset.id,
        to: `/datasets/${dataset.id}`,
      })),
    ),
  ];
  const matching = [
    ...screens.filter((hit) => holds(hit, wanted)),
    // What the service found may hold the words elsewhere, such as in a job's data; until it answers, the last answer is
    // sifted here.
    ...(looks ? found.filter((hit) => holds(hit, wanted)) : found),
  ];
  const groups = [...new Set(matching.map((hit) => hit.group))];
  const hits = groups.flatMap((group) => matching.filter((hit) => hit.group === group).slice(0, MOST));
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    navigate(hit.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(hits[at]);
    else if (event.key === 'ArrowDown') setAt((old) => Math.min(old + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setAt((old) => Math.max(old - 1, 0));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <InputBase
        autoFocus
        fullWidth
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        placeholder={t('shell:palette.placeholder')}
        slotProps={{
          input: {
            role: 'combobox',
            'aria-label': t('shell:palette.placeholder'),
            'aria-expanded': hits.length > 0,
            'aria-controls': 'palette-hits',
            'aria-activedescendant': hits[at] ? `palette-${at}` : undefined,
          },
        }}
        sx={{ px: 2, py: 1.5, fontSize: '1.05rem', borderBottom: 1, borderColor: 'divider' }}
      />
      <List
        id="palette-hits"
        role="listbox"
        aria-label={t('shell:palette.title')}
        dense
        sx={{ overflow: 'auto', pt: 0 }}
      >
        {hits.map((hit, index) => (
          <Box key={hit.to} role="presentation">
            {hit.group !== hits[index - 1]?.group && (
              <ListSubheader component="div" role="presentation" sx={{ lineHeight: '28px' }}>
                {hit.group}
              </ListSubheader>
            )}
            <ListItemButton
              id={`palette-${index}`}
              role="option"
              aria-selected={index === at}
              selected={index === at}
              onClick={() => go(hit)}
            >
              <ListItemText
                primary={hit.label}
                secondary={hit.detail}
                slotProps={{ primary: { noWrap: true }, secondary: { noWrap: true } }}
              />
            </ListItemButton>
          </Box>
        ))}
      </List>
      {hits.length === 0 && (
        <Typography color="textSecondary" sx={{ p: 2 }}>
          {looks ? t('shell:state.loading') : t('shell:palette.none', { query })}
        </Typography>
      )}
    </>
  );
}
