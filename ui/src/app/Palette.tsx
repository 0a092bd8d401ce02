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
import { useDatasets, useJobs, useModels } from '@/api/queries';
import { useWords } from '@/i18n/useWords';
import { destinations } from './Nav';

interface Hit {
  group: string;
  label: string;
  detail: string;
  to: string;
}

const MOST = 6;

/** Ctrl+K: screens and the newest jobs, models and data by name or id. */
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
  const jobs = useJobs();
  const models = useModels();
  const datasets = useDatasets();
  const all: Hit[] = [
    ...[...destinations, { path: '/jobs/new', words: 'shell:nav.newJob' }].map(({ path, words }) => ({
      group: t('shell:palette.screens'),
      label: t(words),
      detail: '',
      to: path,
    })),
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
  const wanted = query.trim().toLowerCase();
  const matching = all.filter(({ label, detail }) => `${label} ${detail}`.toLowerCase().includes(wanted));
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
          {t('shell:palette.none', { query })}
        </Typography>
      )}
    </>
  );
}
