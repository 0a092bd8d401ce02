import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import type { ColumnProfile } from '@/api/types';
import { useWords } from '@/i18n/useWords';

const HEIGHT = 56;

/** A column at a glance: a small histogram, or its most frequent values as bars with their shares. */
export function Distribution({ column, most = 4 }: { column: ColumnProfile; most?: number }) {
  const { t, format } = useWords();
  const palette = useTheme().vars?.palette;
  const { histogram, top } = column;
  const isSpread = histogram && !(top && (column.distinct ?? 0) <= 12);
  if (isSpread) {
    const highest = Math.max(1, ...histogram.counts);
    const step = 100 / histogram.counts.length;
    const low = format.number(histogram.edges[0] ?? 0, 3);
    const high = format.number(histogram.edges.at(-1) ?? 0, 3);
    return (
      <Box>
        <svg
          width="100%"
          height={HEIGHT}
          viewBox={`0 0 100 ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('shell:distribution.range', { name: column.name, low, high })}
        >
          {histogram.counts.map((count, index) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: bins have no name and never move
              key={index}
              x={index * step + 0.3}
              width={Math.max(0.5, step - 0.6)}
              y={HEIGHT - Math.max(count > 0 ? 1.5 : 0, (count / highest) * (HEIGHT - 2))}
              height={HEIGHT}
              fill={palette?.primary.main}
              opacity={0.8}
            />
          ))}
        </svg>
        <Typography
          variant="caption"
          color="textSecondary"
          className="tabular"
          component="div"
          sx={{ display: 'flex', justifyContent: 'space-between' }}
        >
          <span>{low}</span>
          <span>{high}</span>
        </Typography>
      </Box>
    );
  }
  if (!top?.length) {
    return (
      <Typography variant="caption" color="textSecondary" sx={{ minHeight: HEIGHT }}>
        {column.min !== undefined ? `${column.min} – ${column.max}` : t('shell:distribution.none')}
      </Typography>
    );
  }
  // Bars are shares of what is listed: values that are all rare have short ones.
  const total = Math.max(
    1,
    top.reduce((sum, { count }) => sum + count, 0),
  );
  return (
    <Box
      component="ul"
      sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 0.25 }}
    >
      {top.slice(0, most).map(({ value, count }) => (
        <Box
          component="li"
          key={value}
          sx={{ position: 'relative', px: 0.75, display: 'flex', justifyContent: 'space-between', gap: 1 }}
        >
          <Box
            sx={{
              position: 'absolute',
              inset: 0,
              width: `${(count / total) * 100}%`,
              bgcolor: 'primary.main',
              opacity: 0.16,
              borderRadius: 0.5,
            }}
          />
          <Typography variant="caption" noWrap title={value} sx={{ position: 'relative' }}>
            {value}
          </Typography>
          <Typography variant="caption" className="tabular" sx={{ position: 'relative' }}>
            {format.integer(count)}
          </Typography>
        </Box>
      ))}
      {top.length > most && (
        <Typography component="li" variant="caption" color="textSecondary" sx={{ px: 0.75 }}>
          {t('shell:distribution.more', { count: (column.distinct ?? top.length) - most })}
        </Typography>
      )}
    </Box>
  );
}
