import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import { useState } from 'react';
import { useWords } from '@/i18n/useWords';
import { colorScale, useScheme } from './palette';
import { useWidth } from './useWidth';

export interface Dimension {
  name: string;
  /** Numbers, or names of things. */
  kind: 'number' | 'name';
  scale?: 'linear' | 'log';
}

export interface ParallelLine {
  id: string;
  label: string;
  /** One for each dimension; null: this line does not pass there. */
  values: readonly (number | string | null)[];
  /** Colours the line. */
  score: number | null;
}

interface Props {
  dimensions: readonly Dimension[];
  lines: readonly ParallelLine[];
  label: string;
  height: number;
  onSelect?: (id: string) => void;
}

const TOP = 34;
const BOTTOM = 14;
const SIDE = 56;
const CHAR_PX = 6.7;

/** Hyperparameters side by side: each configuration is a line through its values, coloured by its score. */
export function ParallelCoordinates({ dimensions, lines, label, height, onSelect }: Props) {
  const { format } = useWords();
  const palette = useTheme().vars?.palette;
  const scheme = useScheme();
  const [ref, given] = useWidth<HTMLDivElement>();
  const widest = Math.max(...dimensions.map(({ name }) => name.length), 0) * CHAR_PX;
  const width = Math.max(given, dimensions.length * Math.max(90, widest + 8));
  const [at, setAt] = useState<string | null>(null);
  const scores = lines.map(({ score }) => score).filter((score): score is number => score !== null);
  const color = colorScale(scheme, Math.min(...scores), Math.max(...scores));
  const x = scalePoint<number>()
    .domain(dimensions.map((_, index) => index))
    .range([SIDE, width - SIDE]);
  const range: [number, number] = [height - BOTTOM, TOP];
  const axes = dimensions.map((dimension, index) => {
    const values = lines.map((line) => line.values[index]).filter((value) => value !== null && value !== undefined);
    if (dimension.kind === 'name') {
      const names = [...new Set(values.map(String))].sort();
      const place = scalePoint<string>().domain(names).range(range).padding(0.5);
      return {
        ticks: names.map((name) => [name, place(name) ?? 0] as const),
        place: (value: number | string) => place(String(value)),
      };
    }
    const numbers = values.map(Number);
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const log = dimension.scale === 'log' && low > 0;
    const scale = (log ? scaleLog() : scaleLinear()).domain(low === high ? [low, low + 1] : [low, high]).range(range);
    const ticks = scale.ticks(log ? 3 : 5).slice(0, 8);
    return {
      ticks: ticks.map((tick) => [format.number(tick, 3), scale(tick)] as const),
      place: (value: number | string) => scale(Number(value)),
    };
  });
  const path = (line: ParallelLine): string => {
    let pen = 'M';
    return axes
      .map(({ place }, index) => {
        const value = line.values[index];
        const y = value === null || value === undefined ? undefined : place(value);
        if (y === undefined) {
          pen = 'M';
          return '';
        }
        const step = `${pen}${x(index) ?? 0} ${y.toFixed(1)}`;
        pen = 'L';
        return step;
      })
      .join('');
  };
  // The best lie on top, the one under the pointer above them.
  const ordered = [...lines].sort((a, b) => (a.score ?? -Infinity) - (b.score ?? -Infinity));
  const chosen = lines.find(({ id }) => id === at);
  return (
    <Box ref={ref} sx={{ minWidth: 0, overflowX: 'auto' }}>
      <svg width={width} height={height} role="img" aria-label={label} fontSize={11}>
        {[...ordered.filter(({ id }) => id !== at), ...(chosen ? [chosen] : [])].map((line) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only reads out; the table says all of it
          <path
            key={line.id}
            d={path(line)}
            fill="none"
            stroke={line.score === null ? palette?.divider : color(line.score)}
            strokeWidth={line.id === at ? 3.5 : 1.5}
            opacity={at === null ? 0.75 : line.id === at ? 1 : 0.2}
            onPointerEnter={() => setAt(line.id)}
            onPointerLeave={() => setAt(null)}
            onClick={onSelect && (() => onSelect(line.id))}
            cursor={onSelect ? 'pointer' : undefined}
          />
        ))}
        {axes.map(({ ticks }, index) => (
          <g key={dimensions[index]?.name} transform={`translate(${x(index) ?? 0} 0)`} pointerEvents="none">
            <line y1={TOP} y2={height - BOTTOM} stroke={palette?.text.secondary} />
            <text y={14} textAnchor="middle" fill={palette?.text.primary} fontWeight={600}>
              {dimensions[index]?.name}
            </text>
            {ticks.map(([name, y]) => (
              <text
                key={name}
                x={-6}
                y={y}
                dy="0.35em"
                textAnchor="end"
                fill={palette?.text.secondary}
                stroke={palette?.background.paper}
                strokeWidth={3}
                paintOrder="stroke"
              >
                {name}
              </text>
            ))}
          </g>
        ))}
      </svg>
      <Typography variant="caption" color="textSecondary" component="div" sx={{ minHeight: 20 }}>
        {chosen && `${chosen.label}: ${format.score(chosen.score)}`}
      </Typography>
    </Box>
  );
}
