/** MUI's charts in our colours: lines and steps, bars, points. Each fills its width and reads out under the pointer. */
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import { ScatterChart } from '@mui/x-charts/ScatterChart';
import { useWords } from '@/i18n/useWords';
import { Guide } from './Guide';
import { Legend, useIsolated } from './Legend';
import { colorAt, useScheme } from './palette';

export interface AxisSpec {
  label?: string;
  scale?: 'linear' | 'log';
  min?: number;
  max?: number;
  /** How a value is written; a number of four digits otherwise. */
  format?: (value: number) => string;
  /** Where the marks stand, instead of where there is room for them. */
  ticks?: number[];
  /** Room for what is written at a vertical axis, pixels. */
  width?: number;
}

export interface Series {
  name: string;
  points: readonly { x: number; y: number | null }[];
  /** A line that stays level until the next point. */
  step?: boolean;
  /** Only for comparison: grey and dashed. */
  quiet?: boolean;
}

// The last label of an axis stands half beside the drawing.
const MARGIN = { left: 4, right: 26, top: 12, bottom: 4 };
const Y_WIDTH = 56;
const LEGEND_PX = 30;
const QUIET = { light: '#6b7480', dark: '#98a3b2' };
const QUIET_LINES = { '& path[data-series^="quiet "]': { strokeDasharray: '5 4', strokeWidth: 1.5 } };

function useAxis() {
  const { format } = useWords();
  return (axis: AxisSpec | undefined) => ({
    label: axis?.label,
    scaleType: axis?.scale ?? ('linear' as const),
    min: axis?.min,
    max: axis?.max,
    tickInterval: axis?.ticks,
    valueFormatter: axis?.format ?? ((value: number) => format.number(value)),
  });
}

/** Lines over a common numeric axis; series need not share their points. */
export function Lines(props: { series: readonly Series[]; x?: AxisSpec; y?: AxisSpec; height: number; label: string }) {
  const scheme = useScheme();
  const axis = useAxis();
  const { only, toggle, isShown } = useIsolated(props.series.map(({ name }) => name));
  const colored = props.series.map((series, index) => ({
    ...series,
    color: series.quiet ? QUIET[scheme.mode] : colorAt(scheme, index),
  }));
  const shown = colored.filter(({ name }) => isShown(name));
  const xs = [...new Set(shown.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const many = colored.length > 1;
  return (
    <>
      {many && <Legend items={colored} only={only} onToggle={toggle} />}
      <LineChart
        height={props.height - (many ? LEGEND_PX : 0)}
        margin={MARGIN}
        hideLegend
        skipAnimation
        grid={{ horizontal: true }}
        xAxis={[{ ...axis(props.x), data: xs }]}
        yAxis={[{ ...axis(props.y), width: props.y?.label ? Y_WIDTH + 18 : Y_WIDTH }]}
        series={shown.map((series) => {
          const known = new Map(series.points.map(({ x, y }) => [x, y]));
          return {
            label: series.name,
            data: xs.map((x) => known.get(x) ?? null),
            color: series.color,
            curve: series.step ? ('stepAfter' as const) : ('linear' as const),
            connectNulls: true,
            showMark: series.points.length <= 30 && !series.quiet,
            id: series.quiet ? `quiet ${series.name}` : series.name,
          };
        })}
        sx={QUIET_LINES}
        aria-label={props.label}
      />
    </>
  );
}

export interface BarSeries {
  name: string;
  values: readonly (number | null)[];
}

/** Bars of one or several series over names. horizontal: for long names. */
export function Bars(props: {
  names: readonly string[];
  series: readonly BarSeries[];
  value?: AxisSpec;
  nameLabel?: string;
  horizontal?: boolean;
  stacked?: boolean;
  height: number;
  label: string;
  /** Room for names at the left of horizontal bars, pixels. */
  nameWidth?: number;
  tight?: boolean;
  /** What stands at the axis for a name; the name itself otherwise. */
  tickName?: (name: string) => string;
}) {
  const scheme = useScheme();
  const axis = useAxis();
  const { only, toggle, isShown } = useIsolated(props.series.map(({ name }) => name));
  const colored = props.series.map((series, index) => ({ ...series, color: colorAt(scheme, index) }));
  const many = colored.length > 1;
  const names = {
    scaleType: 'band' as const,
    data: [...props.names],
    label: props.nameLabel,
    categoryGapRatio: props.tight ? 0.05 : 0.3,
    valueFormatter: (name: string, { location }: { location: string }) =>
      location === 'tick' && props.tickName ? props.tickName(name) : name,
    ...(props.tickName ? { tickLabelPlacement: 'tick' as const } : {}),
  };
  const values = axis(props.value);
  return (
    <>
      {many && <Legend items={colored} only={only} onToggle={toggle} />}
      <BarChart
        height={props.height - (many ? LEGEND_PX : 0)}
        margin={MARGIN}
        hideLegend
        skipAnimation
        layout={props.horizontal ? 'horizontal' : 'vertical'}
        grid={props.horizontal ? { vertical: true } : { horizontal: true }}
        xAxis={[props.horizontal ? values : names]}
        yAxis={[props.horizontal ? { ...names, width: props.nameWidth ?? 130 } : { ...values, width: Y_WIDTH }]}
        series={colored
          .filter(({ name }) => isShown(name))
          .map(({ name, values: data, color }) => ({
            label: name,
            data: [...data],
            color,
            stack: props.stacked ? 'all' : undefined,
            valueFormatter: (value: number | null) => (value === null ? '–' : values.valueFormatter(value)),
          }))}
        aria-label={props.label}
      />
    </>
  );
}

/** A histogram from its edges (one more than counts). */
export function Histogram(props: {
  edges: readonly number[];
  counts: readonly number[];
  height: number;
  label: string;
  x?: AxisSpec;
  countLabel?: string;
}) {
  const { format } = useWords();
  const shown = props.x?.format ?? ((value: number) => format.number(value, 3));
  const names = props.counts.map(
    (_, index) => `${shown(props.edges[index] ?? 0)} – ${shown(props.edges[index + 1] ?? 0)}`,
  );
  return (
    <Bars
      names={names}
      nameLabel={props.x?.label}
      series={[{ name: props.countLabel ?? props.label, values: props.counts }]}
      value={{ format: format.integer }}
      height={props.height}
      label={props.label}
      tight
      // Beside its left edge stands where a bar begins.
      tickName={(name) => name.split(' – ')[0] ?? name}
    />
  );
}

export interface PointSeries {
  name: string;
  points: readonly { x: number; y: number; id: string; label?: string }[];
}

/** Points of one or several series; a click on one gives its id. */
export function Points(props: {
  series: readonly PointSeries[];
  x?: AxisSpec;
  y?: AxisSpec;
  height: number;
  label: string;
  /** A line to compare with: where both axes are equal, or where y is 0. */
  guide?: 'equal' | 'zero';
  onSelect?: (id: string) => void;
}) {
  const scheme = useScheme();
  const axis = useAxis();
  const { only, toggle, isShown } = useIsolated(props.series.map(({ name }) => name));
  const colored = props.series.map((series, index) => ({ ...series, color: colorAt(scheme, index) }));
  const shown = colored.filter(({ name }) => isShown(name));
  const many = colored.length > 1;
  const x = axis(props.x);
  const y = axis(props.y);
  const isDense = props.series.reduce((sum, { points }) => sum + points.length, 0) > 500;
  return (
    <>
      {many && <Legend items={colored} only={only} onToggle={toggle} />}
      <ScatterChart
        height={props.height - (many ? LEGEND_PX : 0)}
        margin={MARGIN}
        hideLegend
        skipAnimation
        grid={{ horizontal: true, vertical: true }}
        xAxis={[x]}
        yAxis={[{ ...y, width: props.y?.width ?? (props.y?.label ? Y_WIDTH + 18 : Y_WIDTH) }]}
        series={shown.map(({ name, points, color }) => ({
          id: name,
          label: name,
          color,
          markerSize: isDense ? 2 : 4,
          data: points.map((point) => ({ x: point.x, y: point.y, id: point.id })),
          valueFormatter: (value: { x: number; y: number; id?: string | number } | null) => {
            const label = points.find(({ id }) => id === value?.id)?.label;
            return value
              ? `${label ? `${label}: ` : ''}${x.valueFormatter(value.x)}; ${y.valueFormatter(value.y)}`
              : '';
          },
        }))}
        onItemClick={(_event: unknown, { seriesId, dataIndex }: { seriesId: string | number; dataIndex: number }) => {
          const id = shown.find(({ name }) => name === seriesId)?.points[dataIndex]?.id;
          if (id !== undefined) props.onSelect?.(id);
        }}
        aria-label={props.label}
      >
        {props.guide && <Guide kind={props.guide} color={QUIET[scheme.mode]} />}
      </ScatterChart>
    </>
  );
}
