import { useColorScheme } from '@mui/material/styles';
import { scaleLinear } from 'd3-scale';
import { usePreference } from '@/lib/storage';
import { chartColors, diverging, type PaletteName, sequential } from '@/theme/tokens';

export const PALETTES: readonly [PaletteName, ...PaletteName[]] = ['safe', 'vivid', 'tones'];

export interface Scheme {
  mode: 'light' | 'dark';
  palette: PaletteName;
}

/** Which colours hold now. */
export function useScheme(): Scheme {
  const { mode, systemMode } = useColorScheme();
  const palette = usePreference('palette', PALETTES);
  return { mode: (mode === 'system' ? systemMode : mode) === 'dark' ? 'dark' : 'light', palette };
}

export function colorAt({ mode, palette }: Scheme, index: number): string {
  const colors = chartColors[palette][mode];
  return colors[index % colors.length] ?? colors[0];
}

/** Colour of a value between `low` and `high`; with `middle` a scale that parts there. */
export function colorScale(scheme: Scheme, low: number, high: number, middle?: number): (value: number) => string {
  const colors: readonly string[] = middle === undefined ? sequential[scheme.mode] : diverging[scheme.mode];
  const reach = middle === undefined ? 0 : Math.max(high - middle, middle - low) || 1;
  const from = middle === undefined ? low : middle - reach;
  const to = middle === undefined ? (high > low ? high : low + 1) : middle + reach;
  const stops = colors.map((_, index) => from + ((to - from) * index) / (colors.length - 1));
  return scaleLinear<string>().domain(stops).range(colors).clamp(true);
}

/** Black or white, whichever is read better on a colour `rgb(r, g, b)` or `#rrggbb`. */
export function inkOn(color: string): string {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/[\d.]+/g) ?? []).map(Number);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 ? '#101418' : '#ffffff';
}
