import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { scaleLinear } from 'd3-scale';
import { colorAt, useScheme } from '@/charts/palette';
import { useWidth } from '@/charts/useWidth';
import { useWords } from '@/i18n/useWords';

export interface Importance {
  feature: string;
  importance: number;
  low: number | null;
  high: number | null;
}

const ROW_PX = 24;
const TOP = 20;
const CHAR_PX = 7.4;

/** A bar for each feature with the interval of its mean. */
export function ImportanceChart({ features, label }: { features: readonly Importance[]; label: string }) {
  const { format } = useWords();
  const palette = useTheme().vars?.palette;
  const color = colorAt(useScheme(), 0);
  const [ref, width] = useWidth<HTMLDivElement>();
  const longest = Math.max(...features.map(({ feature }) => feature.length), 1) * CHAR_PX + 14;
  const left = Math.min(220, width * 0.35, longest);
  const ends = features.flatMap(({ importance, low, high }) => [importance, low ?? importance, high ?? importance]);
  const x = scaleLinear()
    .domain([Math.min(0, ...ends), Math.max(0, ...ends)])
    .nice()
    .range([left, width - 16]);
  const most = Math.floor((left - 12) / CHAR_PX);
  return (
    <Box ref={ref} sx={{ minWidth: 0 }}>
      <svg width={width} height={TOP + features.length * ROW_PX} role="img" aria-label={label} fontSize={12}>
        {x.ticks(Math.max(2, Math.floor(width / 140))).map((tick) => (
          <g key={tick} transform={`translate(${x(tick)} 0)`}>
            <line y1={TOP} y2={TOP + features.length * ROW_PX} stroke={palette?.divider} />
            <text y={13} textAnchor="middle" fill={palette?.text.secondary}>
              {format.number(tick, 3)}
            </text>
          </g>
        ))}
        {features.map(({ feature, importance, low, high }, row) => {
          const y = TOP + (row + 0.5) * ROW_PX;
          return (
            <g key={feature}>
              <title>{`${feature}: ${format.number(importance, 3)}${low === null || high === null ? '' : ` [${format.number(low, 3)}; ${format.number(high, 3)}]`}`}</title>
              <text x={left - 8} y={y} dy="0.35em" textAnchor="end" fill={palette?.text.primary}>
                {feature.length > most ? `${feature.slice(0, most - 1)}…` : feature}
              </text>
              <rect
                x={Math.min(x(0), x(importance))}
                width={Math.max(1, Math.abs(x(importance) - x(0)))}
                y={y - 7}
                height={14}
                rx={2}
                fill={color}
                opacity={0.75}
              />
              {low !== null && high !== null && (
                <path
                  d={`M${x(low)} ${y - 4}V${y + 4}M${x(low)} ${y}H${x(high)}M${x(high)} ${y - 4}V${y + 4}`}
                  stroke={palette?.text.primary}
                  strokeWidth={1.5}
                  fill="none"
                />
              )}
            </g>
          );
        })}
      </svg>
    </Box>
  );
}
