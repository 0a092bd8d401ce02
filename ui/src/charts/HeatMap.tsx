import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useWords } from '@/i18n/useWords';
import { colorScale, inkOn, useScheme } from './palette';
import { useWidth } from './useWidth';

interface Props {
  rows: readonly string[];
  columns: readonly string[];
  /** values[row][column]; null leaves the cell empty. */
  values: readonly (readonly (number | null)[])[];
  label: string;
  rowTitle?: string;
  columnTitle?: string;
  low?: number;
  high?: number;
  /** Where the scale parts into two colours, such as 0 for correlations. */
  middle?: number;
  format?: (value: number) => string;
  /** Nothing is written where the value is 0. */
  blankZero?: boolean;
  height: number;
  onSelect?: (row: number, column: number) => void;
}

const CHAR_PX = 7.2;
const LONGEST_PX = 140;
const TEXT_PX = 30;

const cut = (text: string, pixels: number): string => {
  const most = Math.max(1, Math.round(pixels / CHAR_PX));
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
};

/** Cells in the colour of their value, with the number inside where there is room, and read out under the pointer. */
export function HeatMap(props: Props) {
  const { rows, columns, values, middle } = props;
  const { format } = useWords();
  const palette = useTheme().vars?.palette;
  const scheme = useScheme();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<[number, number] | null>(null);
  const shown = props.format ?? ((value: number) => format.number(value, 3));
  const known = values.flat().filter((value): value is number => value !== null && Number.isFinite(value));
  const color = colorScale(scheme, props.low ?? Math.min(...known), props.high ?? Math.max(...known), middle);
  const left = Math.min(LONGEST_PX, Math.max(...rows.map((name) => name.length), 1) * CHAR_PX + 10);
  const cellWidth = Math.max(4, (width - left) / Math.max(1, columns.length));
  const turned = Math.max(...columns.map((name) => name.length), 1) * CHAR_PX > cellWidth - 4;
  const top = turned ? Math.min(LONGEST_PX, Math.max(...columns.map((name) => name.length)) * CHAR_PX + 10) : 22;
  const cellHeight = Math.max(4, Math.min(cellWidth, (props.height - top - 24) / Math.max(1, rows.length)));
  const total = top + cellHeight * rows.length;
  const ink = palette?.text.secondary;
  const atValue = at ? (values[at[0]]?.[at[1]] ?? null) : null;
  return (
    <Box ref={ref} sx={{ minWidth: 0 }}>
      <svg width={width} height={total} role="img" aria-label={props.label} fontSize={11.5}>
        {columns.map((name, column) => {
          const x = left + (column + 0.5) * cellWidth;
          return (
            <text
              key={name}
              fill={ink}
              textAnchor={turned ? 'start' : 'middle'}
              transform={turned ? `translate(${x + 4} ${top - 6}) rotate(-90)` : `translate(${x} ${top - 7})`}
            >
              {cut(name, turned ? top - 10 : cellWidth)}
              <title>{name}</title>
            </text>
          );
        })}
        {rows.map((name, row) => (
          <g key={name} transform={`translate(0 ${top + row * cellHeight})`}>
            <text x={left - 6} y={cellHeight / 2} dy="0.35em" textAnchor="end" fill={ink}>
              {cut(name, left - 10)}
              <title>{name}</title>
            </text>
            {columns.map((columnName, column) => {
              const value = values[row]?.[column] ?? null;
              const fill = value === null ? 'transparent' : color(value);
              const chosen = at?.[0] === row && at[1] === column;
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only reads out; the table says all of it
                <g
                  key={columnName}
                  transform={`translate(${left + column * cellWidth} 0)`}
                  onPointerEnter={() => setAt([row, column])}
                  onPointerLeave={() => setAt(null)}
                  onClick={props.onSelect && (() => props.onSelect?.(row, column))}
                  cursor={props.onSelect ? 'pointer' : undefined}
                >
                  <rect
                    width={Math.max(1, cellWidth - 1)}
                    height={Math.max(1, cellHeight - 1)}
                    rx={2}
                    fill={fill}
                    stroke={chosen ? palette?.text.primary : 'none'}
                    strokeWidth={2}
                  />
                  {value !== null && !(props.blankZero && value === 0) && cellWidth >= TEXT_PX && cellHeight >= 15 && (
                    <text
                      x={cellWidth / 2}
                      y={cellHeight / 2}
                      dy="0.35em"
                      textAnchor="middle"
                      fill={inkOn(fill)}
                      pointerEvents="none"
                    >
                      {cut(shown(value), cellWidth - 4)}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        ))}
      </svg>
      <Typography variant="caption" color="textSecondary" component="div" sx={{ minHeight: 20 }}>
        {at
          ? `${props.rowTitle ? `${props.rowTitle}: ` : ''}${rows[at[0]]}, ${props.columnTitle ? `${props.columnTitle}: ` : ''}${columns[at[1]]}: ${atValue === null ? '–' : shown(atValue)}`
          : [props.rowTitle && `${props.rowTitle} ↓`, props.columnTitle && `${props.columnTitle} →`]
              .filter(Boolean)
              .join(' · ')}
      </Typography>
    </Box>
  );
}
