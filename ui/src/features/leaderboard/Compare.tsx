import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import type { LeaderboardRow } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { differing } from './standing';

interface Line {
  name: string;
  shown: (row: LeaderboardRow) => string;
  /** Less is better by this number; the best cell is marked. */
  cost?: (row: LeaderboardRow) => number | null;
}

const text = (value: unknown) =>
  value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Two to five configurations side by side: what they are worth, what they cost, where they differ. */
export function Compare({ rows, better }: { rows: readonly LeaderboardRow[]; better: boolean }) {
  const { t, format } = useWords();
  const [all, setAll] = useState(false);
  const { differ, same } = differing(rows);
  const lines: Line[] = [
    { name: t('leaderboard:column.family'), shown: (row) => row.family },
    { name: t('leaderboard:column.state'), shown: (row) => t(`leaderboard:state.${row.state}`) },
    {
      name: t('leaderboard:column.score'),
      shown: (row) => format.score(row.score),
      cost: (row) => (row.score === null ? null : better ? -row.score : row.score),
    },
    {
      name: t('leaderboard:column.spread'),
      shown: (row) => (row.score_std === null ? '–' : `± ${format.score(row.score_std)}`),
      cost: (row) => row.score_std,
    },
    { name: t('leaderboard:column.weight'), shown: (row) => format.percent(row.weight) },
    { name: t('leaderboard:column.fit'), shown: (row) => format.duration(row.fit_s), cost: (row) => row.fit_s },
    {
      name: t('leaderboard:column.predict'),
      shown: (row) => (row.predict_us_row === null ? '–' : format.number(row.predict_us_row, 3)),
      cost: (row) => row.predict_us_row,
    },
    {
      name: t('leaderboard:column.size'),
      shown: (row) => (row.size_bytes === null ? '–' : format.bytes(row.size_bytes)),
      cost: (row) => row.size_bytes,
    },
  ];
  const params = all ? [...differ, ...same] : differ;
  return (
    <>
      {rows.length < 2 && (
        <Typography variant="body2" color="textSecondary">
          {t('leaderboard:compare.more')}
        </Typography>
      )}
      <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('leaderboard:compare.title')}>
        <Table size="small" aria-label={t('leaderboard:compare.title')}>
          <TableHead>
            <TableRow>
              <TableCell />
              {rows.map((row) => (
                <TableCell key={row.trial} sx={{ minWidth: 120, fontWeight: 650, overflowWrap: 'anywhere' }}>
                  {row.name}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {lines.map(({ name, shown, cost }) => {
              const costs = rows.map((row) => cost?.(row) ?? null).filter((each): each is number => each !== null);
              const least = costs.length > 1 ? Math.min(...costs) : null;
              return (
                <TableRow key={name}>
                  <TableCell component="th" scope="row" sx={{ color: 'text.secondary' }}>
                    {name}
                  </TableCell>
                  {rows.map((row) => {
                    const best = least !== null && cost?.(row) === least;
                    return (
                      <TableCell key={row.trial} className="tabular" sx={{ fontWeight: best ? 700 : undefined }}>
                        {shown(row)}
                        {best && (
                          <Box component="span" sx={{ color: 'success.main' }} title={t('leaderboard:badge.best')}>
                            {' '}
                            ★
                          </Box>
                        )}
                      </TableCell>
                    );
                  })}
                </TableRow>
              );
            })}
            {params.map((name) => (
              <TableRow key={`param ${name}`} sx={{ bgcolor: differ.includes(name) ? 'action.hover' : undefined }}>
                <TableCell component="th" scope="row" sx={{ color: 'text.secondary' }}>
                  <code>{name}</code>
                </TableCell>
                {rows.map((row) => (
                  <TableCell key={row.trial} className="tabular">
                    {text(row.params[name])}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
      {same.length > 0 && rows.length > 1 && (
        <FormControlLabel
          control={<Switch size="small" checked={all} onChange={(_, on) => setAll(on)} />}
          label={<Typography variant="body2">{t('leaderboard:compare.same', { count: same.length })}</Typography>}
        />
      )}
    </>
  );
}
