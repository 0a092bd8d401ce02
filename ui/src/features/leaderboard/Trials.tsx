import { mdiDownload, mdiTableColumn } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Chip from '@mui/material/Chip';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import type { Theme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useMemo, useState } from 'react';
import type { LeaderboardRow } from '@/api/types';
import { type Column, DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { saveText, toCsv } from '@/lib/download';
import { useAddress } from '@/lib/useAddress';
import { badges } from './standing';

/** What has a place in the comparison already. */
const HIDDEN = 'family,folds';
// A phone shows what a configuration is worth; all else is a choice away.
const HIDDEN_ON_PHONE = 'rank,family,folds,state,spread,weight,fit,predict,size,reason';
const COLOR = { best: 'success', fastest: 'primary', smallest: 'primary', baseline: 'default' } as const;

interface Props {
  rows: readonly LeaderboardRow[];
  metric: string;
  chosen: readonly number[];
  onToggle: (trial: number) => void;
}

/** `-score,fit` of the address: minus means falling. */
function sortingOf(text: string | null): { id: string; desc: boolean }[] {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((each) => (each.startsWith('-') ? { id: each.slice(1), desc: true } : { id: each, desc: false }));
}

const frontOf = ({ id }: Column<LeaderboardRow>): number => ['score', 'compare'].indexOf(id);

/** Every configuration tried, with what it is worth and what it costs. */
export function Trials({ rows, metric, chosen, onToggle }: Props) {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const sorting = useMemo(() => sortingOf(address.get('sort')), [address]);
  const isPhone = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  const hidden = useMemo(
    () => (address.get('hide') ?? (isPhone ? HIDDEN_ON_PHONE : HIDDEN)).split(',').filter(Boolean),
    [address, isPhone],
  );
  const marks = useMemo(() => badges(rows), [rows]);
  const columns: Column<LeaderboardRow>[] = [
    {
      id: 'compare',
      header: t('leaderboard:column.compare'),
      sortable: false,
      width: 60,
      value: (row) => chosen.includes(row.trial),
      cell: (row) => (
        <Checkbox
          size="small"
          sx={{ p: 0 }}
          checked={chosen.includes(row.trial)}
          onChange={() => onToggle(row.trial)}
          slotProps={{ input: { 'aria-label': t('leaderboard:compare.one', { name: row.name }) } }}
        />
      ),
    },
    { id: 'rank', header: t('leaderboard:column.rank'), numeric: true, width: 60, value: (row) => row.rank },
    {
      id: 'name',
      header: t('leaderboard:column.name'),
      value: (row) => row.name,
      cell: (row) => (
        <Box component="span" sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center' }} title={row.name}>
          {row.name}
          {marks.get(row.trial)?.map((badge) => (
            <Chip
              key={badge}
              size="small"
              variant="outlined"
              color={COLOR[badge]}
              label={t(`leaderboard:badge.${badge}`)}
              sx={{ height: 20 }}
            />
          ))}
        </Box>
      ),
    },
    { id: 'family', header: t('leaderboard:column.family'), value: (row) => row.family },
    {
      id: 'state',
      header: t('leaderboard:column.state'),
      value: (row) => row.state,
      cell: (row) => (
        <Box
          component="span"
          sx={{ color: row.state === 'failed' ? 'error.main' : undefined }}
          title={row.reason ?? undefined}
        >
          {t(`leaderboard:state.${row.state}`)}
        </Box>
      ),
    },
    {
      id: 'score',
      header: metric || t('leaderboard:column.score'),
      numeric: true,
      value: (row) => row.score,
      cell: (row) => format.score(row.score),
    },
    {
      id: 'spread',
      header: t('leaderboard:column.spread'),
      numeric: true,
      value: (row) => row.score_std,
      cell: (row) => (row.score_std === null ? '–' : `± ${format.score(row.score_std)}`),
    },
    {
      id: 'weight',
      header: t('leaderboard:column.weight'),
      numeric: true,
      value: (row) => row.weight,
      cell: (row) => (row.weight > 0 ? format.percent(row.weight) : '–'),
    },
    { id: 'folds', header: t('leaderboard:column.folds'), numeric: true, value: (row) => row.folds },
    {
      id: 'fit',
      header: t('leaderboard:column.fit'),
      numeric: true,
      value: (row) => row.fit_s,
      cell: (row) => format.duration(row.fit_s),
    },
    {
      id: 'predict',
      header: t('leaderboard:column.predict'),
      numeric: true,
      value: (row) => row.predict_us_row,
      cell: (row) => (row.predict_us_row === null ? '–' : format.number(row.predict_us_row, 3)),
    },
    {
      id: 'size',
      header: t('leaderboard:column.size'),
      numeric: true,
      value: (row) => row.size_bytes,
      cell: (row) => (row.size_bytes === null ? '–' : format.bytes(row.size_bytes)),
    },
    {
      id: 'reason',
      header: t('leaderboard:column.reason'),
      width: 190,
      value: (row) => row.reason,
      cell: (row) => (
        <Box component="span" sx={{ color: 'text.secondary' }} title={row.reason ?? undefined}>
          {row.reason ?? ''}
        </Box>
      ),
    },
  ];
  // A phone shows the score without scrolling, whatever badges stand behind a name.
  const ordered = isPhone ? columns.toSorted((a, b) => frontOf(b) - frontOf(a)) : columns;
  const saved = columns.filter(({ id }) => id !== 'compare');
  const hideable = columns.filter(({ id }) => id !== 'name');
  const save = () => {
    const header = ['trial', ...saved.map(({ id }) => id), 'params'];
    const body = rows.map((row) => [row.trial, ...saved.map((each) => each.value(row)), JSON.stringify(row.params)]);
    saveText(toCsv(header, body), 'leaderboard.csv', 'text/csv');
  };
  return (
    <Section
      title={t('leaderboard:trials')}
      actions={
        <>
          <Button
            size="small"
            startIcon={<Icon path={mdiTableColumn} />}
            aria-haspopup="menu"
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            {t('shell:table.columns')}
          </Button>
          <Button size="small" startIcon={<Icon path={mdiDownload} />} onClick={save}>
            CSV
          </Button>
        </>
      }
    >
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {hideable.map(({ id, header }) => (
          <MenuItem
            key={id}
            dense
            role="menuitemcheckbox"
            aria-checked={!hidden.includes(id)}
            onClick={() =>
              set({ hide: (hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id]).join(',') })
            }
          >
            <Checkbox
              size="small"
              checked={!hidden.includes(id)}
              tabIndex={-1}
              sx={{ p: 0, mr: 1 }}
              slotProps={{ input: { 'aria-hidden': true } }}
            />
            {header}
          </MenuItem>
        ))}
      </Menu>
      <DataTable
        label={t('leaderboard:trials')}
        rows={rows}
        columns={ordered}
        rowKey={(row) => String(row.trial)}
        hidden={hidden}
        sorting={sorting}
        onSorting={(next) => set({ sort: next.map(({ id, desc }) => (desc ? `-${id}` : id)).join(',') || null })}
      />
      <Typography variant="caption" color="textSecondary">
        {t('shell:table.rows', { count: rows.length })}. {t('leaderboard:hint')}
      </Typography>
    </Section>
  );
}
