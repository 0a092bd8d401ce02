import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { scaleLinear } from 'd3-scale';
import { colorAt, useScheme } from '@/charts/palette';
import { useWidth } from '@/charts/useWidth';
import { useWords } from '@/i18n/useWords';

const LEFT = 52;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 42;

interface Props {
  /** Rising. */
  x: readonly number[];
  mean: readonly number[];
  /** One line a row. */
  rows: readonly (readonly number[])[];
  xLabel: string;
  label: string;
  height: number;
}

/** The mean line over thin lines of single rows. */
export function IceChart({ x: grid, mean, rows, xLabel, label, height }: Props) {
  const { format } = useWords();
  const palette = useTheme().vars?.palette;
  const color = colorAt(useScheme(), 0);
  const [ref, width] = useWidth<HTMLDivElement>();
  const all = [...mean, ...rows.flat()];
  const low = grid[0] ?? 0;
  const high = grid.at(-1) ?? 1;
  const x = scaleLinear()
    .domain(low === high ? [low - 1, high + 1] : [low, high])
    .range([LEFT, width - RIGHT]);
  const y = scaleLinear()
    .domain([Math.min(...all), Math.max(...all)])
    .nice()
    .range([height - BOTTOM, TOP]);
  const path = (values: readonly number[]) =>
    values.map((value, at) => `${at ? 'L' : 'M'}${x(grid[at] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  return (
    <Box ref={ref} sx={{ minWidth: 0 }}>
      <svg width={width} height={height} role="img" aria-label={label} fontSize={11.5}>
        {y.ticks(6).map((tick) => (
          <g key={tick} transform={`translate(0 ${y(tick)})`}>
            <line x1={LEFT} x2={width - RIGHT} stroke={palette?.divider} />
            <text x={LEFT - 8} dy="0.35em" textAnchor="end" fill={palette?.text.secondary}>
              {format.number(tick, 3)}
            </text>
          </g>
        ))}
        {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
          <text key={tick} x={x(tick)} y={height - BOTTOM + 16} textAnchor="middle" fill={palette?.text.secondary}>
            {format.number(tick, 3)}
          </text>
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={height - 6} textAnchor="middle" fill={palette?.text.primary}>
          {xLabel}
        </text>
        {rows.map((values) => (
          <path
            key={path(values)}
            d={path(values)}
            fill="none"
            stroke={palette?.text.secondary}
            strokeWidth={1}
            opacity={0.35}
          />
        ))}
        <path d={path(mean)} fill="none" stroke={color} strokeWidth={3.5} />
        {mean.map((value, at) => (
          <circle key={grid[at]} cx={x(grid[at] ?? 0)} cy={y(value)} r={3.5} fill={color}>
            <title>{`${format.number(grid[at] ?? 0)}: ${format.number(value)}`}</title>
          </circle>
        ))}
      </svg>
    </Box>
  );
}
