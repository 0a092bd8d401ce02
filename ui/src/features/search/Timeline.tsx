import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { scaleLinear } from 'd3-scale';
import { useState } from 'react';
import { colorAt, useScheme } from '@/charts/palette';
import { useWidth } from '@/charts/useWidth';
import { useWords } from '@/i18n/useWords';
import type { Stretch } from './study';

const LANE_PX = 22;
const BOTTOM = 22;
const NAME_PX = 76;

/** Folds over time, a row for each worker; coloured by family. */
export function Timeline(props: {
  stretches: readonly Stretch[];
  families: readonly string[];
  familyOf: (trial: number) => string;
  nameOf: (trial: number) => string;
  label: string;
}) {
  const { stretches, families, familyOf, nameOf, label } = props;
  const { t, format } = useWords();
  const palette = useTheme().vars?.palette;
  const scheme = useScheme();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<Stretch | null>(null);
  const lanes = Math.max(0, ...stretches.map(({ lane }) => lane)) + 1;
  const workers = new Map(stretches.map(({ lane, worker }) => [lane, worker]));
  const left = [...workers.values()].some(Boolean) ? NAME_PX : 4;
  const x = scaleLinear()
    .domain([0, Math.max(1, ...stretches.map(({ to }) => to))])
    .range([left, width - 8]);
  const height = lanes * LANE_PX;
  return (
    <Box ref={ref} sx={{ minWidth: 0 }}>
      <svg width={width} height={height + BOTTOM} role="img" aria-label={label} fontSize={11.5}>
        {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
          <g key={tick} transform={`translate(${x(tick)} 0)`}>
            <line y2={height} stroke={palette?.divider} />
            <text y={height + 15} textAnchor={tick === 0 ? 'start' : 'middle'} fill={palette?.text.secondary}>
              {format.duration(tick)}
            </text>
          </g>
        ))}
        {[...workers].map(([lane, worker]) => (
          <text
            key={lane}
            x={left - 8}
            y={(lane + 0.5) * LANE_PX}
            dy="0.35em"
            textAnchor="end"
            fill={palette?.text.secondary}
          >
            {worker}
          </text>
        ))}
        {stretches.map((each) => (
          <rect
            key={`${each.trial} ${each.fold} ${each.to}`}
            x={x(each.from)}
            width={Math.max(1.5, x(each.to) - x(each.from) - 1)}
            y={each.lane * LANE_PX + 2}
            height={LANE_PX - 4}
            rx={2}
            fill={colorAt(scheme, Math.max(0, families.indexOf(familyOf(each.trial))))}
            stroke={each.failed || each === at ? palette?.text.primary : 'none'}
            strokeDasharray={each.failed ? '3 2' : undefined}
            onPointerEnter={() => setAt(each)}
            onPointerLeave={() => setAt(null)}
          />
        ))}
      </svg>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
        {families.map((family, index) => (
          <Typography key={family} variant="caption" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5 }}>
            <Box component="span" sx={{ width: 10, height: 10, borderRadius: 0.5, bgcolor: colorAt(scheme, index) }} />
            {family}
          </Typography>
        ))}
      </Box>
      <Typography variant="caption" color="text.secondary" component="div" sx={{ minHeight: 20 }}>
        {at &&
          `${nameOf(at.trial)}, ${t('search:fold', { fold: at.fold + 1 })}: ${format.duration(at.from)} – ${format.duration(at.to)}${at.worker && ` · ${at.worker}`}`}
      </Typography>
    </Box>
  );
}
