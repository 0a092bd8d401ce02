import { useXScale, useYScale } from '@mui/x-charts/hooks';

/** A line to compare points with, drawn inside a chart of numbers: where y is x, or where y is 0. */
export function Guide({ kind, color }: { kind: 'equal' | 'zero'; color: string }) {
  const x = useXScale<'linear'>();
  const y = useYScale<'linear'>();
  const [left, right] = x.domain() as [number, number];
  const [bottom, top] = y.domain() as [number, number];
  if (kind === 'zero' && (bottom > 0 || top < 0)) return null;
  const from = kind === 'equal' ? Math.max(left, bottom) : left;
  const to = kind === 'equal' ? Math.min(right, top) : right;
  const height = (value: number) => y(kind === 'equal' ? value : 0);
  return (
    <line
      x1={x(from)}
      x2={x(to)}
      y1={height(from)}
      y2={height(to)}
      stroke={color}
      strokeWidth={1.5}
      strokeDasharray="5 4"
    />
  );
}
