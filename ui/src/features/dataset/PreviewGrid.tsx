import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { api, seg } from '@/api/client';
import type { ColumnProfile, Dataset } from '@/api/types';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const NUMERIC = new Set(['number', 'integer']);

type Row = Record<string, string | number | boolean | null>;

const PAGE = 100;
const ROW_PX = 30;
const COLUMN_PX = 150;
const NUMBER_PX = 64;
// Chromium draws nothing beyond this; the rows below are reached by the download.
const TALLEST_PX = 15_000_000;

/** Rows as read. Only what is in sight is in the page, and only pages in sight are asked for. */
export function PreviewGrid({ dataset, columns }: { dataset: Dataset; columns: readonly ColumnProfile[] }) {
  const { t, format } = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const count = Math.min(dataset.rows ?? 0, Math.floor(TALLEST_PX / ROW_PX));
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => frame.current,
    estimateSize: () => COLUMN_PX,
    overscan: 2,
  });
  const items = rows.getVirtualItems();
  const first = Math.floor((items[0]?.index ?? 0) / PAGE);
  const last = Math.floor((items.at(-1)?.index ?? 0) / PAGE);
  const pages = useQueries({
    queries: Array.from({ length: count > 0 ? last - first + 1 : 0 }, (_, index) => first + index).map((page) => ({
      queryKey: ['dataset', dataset.id, 'rows', page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<{ rows: Row[] }>(`/v1/datasets/${seg(dataset.id)}/rows`, { offset: page * PAGE, limit: PAGE }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const failed = pages.find((page) => page.error);
  const valueAt = (row: number, name: string): Row[string] | undefined =>
    pages[Math.floor(row / PAGE) - first]?.data?.rows[row % PAGE]?.[name];
  const shownColumns = across.getVirtualItems();
  const cell = {
    position: 'absolute',
    height: ROW_PX,
    lineHeight: `${ROW_PX}px`,
    px: 1,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontSize: '0.82rem',
    borderBottom: 1,
    borderColor: 'divider',
  } as const;
  return (
    <Section title={t('dataset:rows.title')}>
      {failed && <ErrorPanel error={failed.error} title={t('dataset:rows.failed')} onRetry={() => failed.refetch()} />}
      <Box
        ref={frame}
        role="grid"
        tabIndex={0}
        aria-label={t('dataset:rows.title')}
        aria-rowcount={(dataset.rows ?? 0) + 1}
        aria-colcount={columns.length + 1}
        sx={{ height: 560, overflow: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 }}
      >
        <Box
          role="presentation"
          sx={{ position: 'relative', width: across.getTotalSize() + NUMBER_PX, height: rows.getTotalSize() + ROW_PX }}
        >
          <Box
            role="row"
            aria-rowindex={1}
            sx={{ position: 'sticky', top: 0, height: ROW_PX, zIndex: 2, bgcolor: 'background.paper' }}
          >
            <Box role="columnheader" sx={{ ...cell, left: 0, width: NUMBER_PX }}>
              #
            </Box>
            {shownColumns.map((item) => (
              <Box
                role="columnheader"
                aria-colindex={item.index + 2}
                key={item.key}
                title={columns[item.index]?.name}
                sx={{
                  ...cell,
                  fontWeight: 650,
                  width: COLUMN_PX,
                  textAlign: NUMERIC.has(columns[item.index]?.type ?? '') ? 'right' : 'left',
                }}
                style={{ left: item.start + NUMBER_PX }}
              >
                {columns[item.index]?.name}
              </Box>
            ))}
          </Box>
          {items.map((row) => (
            <Box role="row" key={row.key} aria-rowindex={row.index + 2}>
              <Box
                role="rowheader"
                className="tabular"
                sx={{ ...cell, left: 0, width: NUMBER_PX, color: 'text.secondary' }}
                style={{ top: row.start + ROW_PX }}
              >
                {format.integer(row.index + 1)}
              </Box>
              {shownColumns.map((item) => {
                const column = columns[item.index];
                const value = column && valueAt(row.index, column.name);
                const isNumber = value === null ? NUMERIC.has(column?.type ?? '') : typeof value === 'number';
                return (
                  <Box
                    role="gridcell"
                    aria-colindex={item.index + 2}
                    key={item.key}
                    className={isNumber ? 'tabular' : undefined}
                    sx={{
                      ...cell,
                      width: COLUMN_PX,
                      textAlign: isNumber ? 'right' : 'left',
                      color: value === null ? 'text.secondary' : undefined,
                    }}
                    style={{ left: item.start + NUMBER_PX, top: row.start + ROW_PX }}
                    title={typeof value === 'string' ? value : undefined}
                  >
                    {value === undefined ? '…' : value === null ? t('dataset:rows.missing') : String(value)}
                  </Box>
                );
              })}
            </Box>
          ))}
        </Box>
      </Box>
      <Typography variant="caption" color="textSecondary">
        {t('shell:table.rows', { count: dataset.rows ?? 0 })}
      </Typography>
    </Section>
  );
}
