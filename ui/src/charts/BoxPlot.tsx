import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { scaleBand, scaleLinear } from 'd3-scale';
import { useWords } from '@/i18n/useWords';
import { colorAt, useScheme } from './palette';
import { useWidth } from './useWidth';

export interface BoxStats {
  name: string;
  low: number;
  q1: number;
  median: number;
  q3: number;
  high: number;
  outliers?: readonly number[];
}

const LEFT = 56;
const TOP = 10;
const BOTTOM = 28;

/** A box from the first to the third quarter with its median, whiskers to what is still usual, points beyond. */
export function BoxPlot(props: { boxes: readonly BoxStats[]; label: string; height: number; yLabel?: string }) {
  const { boxes, height } = props;
  const { format } = useWords();
  const palette = useTheme().vars?.palette;
  const scheme = useScheme();
  const [ref, width] = useWidth<HTMLDivElement>();
  const all = boxes.flatMap((box) => [box.low, box.high, ...(box.outliers ?? [])]);
  const y = scaleLinear()
    .domain([Math.min(...all), Math.max(...all)])
    .nice()
    .range([height - BOTTOM, TOP]);
  const x = scaleBand()
    .domain(boxes.map(({ name }) => name))
    .range([LEFT, width - 8])
    .padding(0.4);
  const wide = Math.min(60, x.bandwidth());
  const color = colorAt(scheme, 0);
  return (
    <Box ref={ref} sx={{ minWidth: 0 }}>
      <svg width={width} height={height} role="img" aria-label={props.label} fontSize={11.5}>
        {y.ticks(5).map((tick) => (
          <g key={tick} transform={`translate(0 ${y(tick)})`}>
            <line x1={LEFT} x2={width} stroke={palette?.divider} />
            <text x={LEFT - 6} dy="0.35em" textAnchor="end" fill={palette?.text.secondary}>
              {format.number(tick)}
            </text>
          </g>
        ))}
        {boxes.map((box) => (
          <g key={box.name} transform={`translate(${(x(box.name) ?? 0) + x.bandwidth() / 2} 0)`}>
            <title>
              {`${box.name}: ${[box.low, box.q1, box.median, box.q3, box.high].map((each) => format.number(each)).join(' · ')}`}
            </title>
            <line y1={y(box.low)} y2={y(box.high)} stroke={color} />
            <rect
              x={-wide / 2}
              width={wide}
              y={y(box.q3)}
              height={Math.max(1, y(box.q1) - y(box.q3))}
              rx={2}
              fill={palette?.background.paper}
              stroke={color}
              strokeWidth={1.5}
            />
            <line x1={-wide / 2} x2={wide / 2} y1={y(box.median)} y2={y(box.median)} stroke={color} strokeWidth={3} />
            {(box.outliers ?? []).map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal values are told apart by nothing else
              <circle key={index} cy={y(value)} r={2.5} fill="none" stroke={color} />
            ))}
            <text y={height - 10} textAnchor="middle" fill={palette?.text.secondary}>
              {box.name}
            </text>
          </g>
        ))}
      </svg>
    </Box>
  );
}
