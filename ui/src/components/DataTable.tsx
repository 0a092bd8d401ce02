import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortingState,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '@/i18n/useWords';
import { useDensity } from '@/theme/density';

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
});

export interface Column<T extends RowData> {
  id: string;
  header: string;
  /** What is sorted by and exported; null goes last. */
  value: (row: T) => string | number | boolean | null | undefined;
  /** What is shown; the value itself otherwise. */
  cell?: (row: T) => ReactNode;
  numeric?: boolean;
  /** Pixels. */
  width?: number;
  sortable?: boolean;
}

interface Props<T extends RowData> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  /** Pixels; more rows scroll inside, and only the ones in sight are in the page. */
  maxHeight?: number;
  onRowClick?: (row: T) => void;
  selectedKey?: string;
  hidden?: readonly string[];
  /** Kept by the caller where it belongs into the address. */
  sorting?: SortingState;
  onSorting?: (sorting: SortingState) => void;
  initialSorting?: SortingState;
}

const ROW_PX = { comfortable: 37, compact: 29 };
const none: SortingState = [];

/** Sorted (shift-click adds a column), virtual rows, sticky head. Arrow keys move between rows that can be opened. */
export function DataTable<T extends RowData>(props: Props<T>) {
  const { label, rows, columns, rowKey, maxHeight = 520, onRowClick, selectedKey, hidden = [] } = props;
  const { t } = useWords();
  const rowPx = ROW_PX[useDensity()];
  const frame = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    data: rows,
    columns: columns.map(
      (each): ColumnDef<typeof features, T> => ({
        id: each.id,
        header: each.header,
        // Undefined goes last in both directions; null would not.
        accessorFn: (row: T) => each.value(row) ?? undefined,
        enableSorting: each.sortable !== false,
        sortUndefined: 'last',
      }),
    ),
    getRowId: rowKey,
    initialState: { sorting: props.initialSorting ?? none },
    state: {
      ...(props.sorting ? { sorting: props.sorting } : {}),
      columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])),
    },
    ...(props.onSorting && props.sorting
      ? {
          onSortingChange: (next: SortingState | ((old: SortingState) => SortingState)) =>
            props.onSorting?.(typeof next === 'function' ? next(props.sorting ?? none) : next),
        }
      : {}),
  });
  const shown = columns.filter((each) => !hidden.includes(each.id));
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowPx,
    overscan: 8,
    getItemKey: (index) => sorted[index]?.id ?? index,
    initialRect: { width: 800, height: maxHeight },
  });
  // Heights that were measured before hold no longer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height alone is the reason
  useEffect(() => virtual.measure(), [rowPx]);
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <Box
      ref={frame}
      sx={{ maxHeight, overflow: 'auto', overscrollBehavior: 'contain' }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table stickyHeader aria-rowcount={rows.length + 1} aria-label={label}>
        <TableHead>
          <TableRow>
            {table.getHeaderGroups().flatMap((group) =>
              group.headers.map((header) => {
                const column = shown.find((each) => each.id === header.column.id);
                const direction = header.column.getIsSorted();
                return (
                  <TableCell
                    key={header.id}
                    align={column?.numeric ? 'right' : 'left'}
                    sortDirection={direction}
                    sx={{ width: column?.width, whiteSpace: 'nowrap', fontWeight: 650, bgcolor: 'background.paper' }}
                  >
                    {header.column.getCanSort() ? (
                      <TableSortLabel
                        active={direction !== false}
                        direction={direction || 'asc'}
                        onClick={header.column.getToggleSortingHandler()}
                        title={t('shell:table.sortBy', { column: column?.header })}
                      >
                        {column?.header}
                      </TableSortLabel>
                    ) : (
                      column?.header
                    )}
                  </TableCell>
                );
              }),
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {before > 0 && <Spacer height={before} columns={shown.length} />}
          {items.map((item) => {
            const row = sorted[item.index];
            if (!row) return null;
            const data = row.original;
            return (
              <TableRow
                key={row.id}
                aria-rowindex={item.index + 2}
                hover={onRowClick !== undefined}
                selected={row.id === selectedKey}
                tabIndex={onRowClick ? 0 : undefined}
                onClick={onRowClick && (() => onRowClick(data))}
                onKeyDown={
                  onRowClick &&
                  ((event: KeyboardEvent<HTMLTableRowElement>) => {
                    if (event.target !== event.currentTarget) return;
                    const to = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
                    if (event.key === 'Enter') onRowClick(data);
                    else if (event.key in to) {
                      event.preventDefault();
                      (event.currentTarget[to[event.key as keyof typeof to]] as HTMLElement | null)?.focus();
                    }
                  })
                }
                sx={{ height: rowPx, cursor: onRowClick ? 'pointer' : undefined }}
              >
                {shown.map((column) => (
                  <TableCell
                    key={column.id}
                    align={column.numeric ? 'right' : 'left'}
                    className={column.numeric ? 'tabular' : undefined}
                    sx={{
                      maxWidth: column.width ?? 320,
                      overflow: 'hidden',
                      textOverflow: 'ellipsis',
                      whiteSpace: 'nowrap',
                    }}
                  >
                    {column.cell ? column.cell(data) : String(column.value(data) ?? '–')}
                  </TableCell>
                ))}
              </TableRow>
            );
          })}
          {after > 0 && <Spacer height={after} columns={shown.length} />}
        </TableBody>
      </Table>
    </Box>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <TableRow aria-hidden>
      <TableCell colSpan={columns} sx={{ height, p: 0, border: 0 }} />
    </TableRow>
  );
}
