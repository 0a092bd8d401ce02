/** Colours by meaning. Chart colours are Okabe and Ito's, which stay apart for every kind of colour vision. */
export const chartColors = {
  light: ['#0072B2', '#D55E00', '#008060', '#B0529A', '#9A6700', '#3F87C6', '#5C5C5C', '#7A4FBF'],
  dark: ['#56B4E9', '#F09A4A', '#2EC49A', '#E08BC4', '#F0C440', '#8CC8F0', '#B8B8B8', '#B79CF0'],
} as const;

/** A scale for sizes, light to dark where the page is light; even steps of lightness (after viridis and cividis). */
export const sequential = {
  light: ['#f3f7fb', '#c9ddf0', '#8fbbe0', '#4a90c8', '#1b639f', '#0b3c6b'],
  dark: ['#161d26', '#1d3a5a', '#25588a', '#3a7fb8', '#73aee0', '#bfe0ff'],
} as const;

/** Below zero, zero, above zero. */
export const diverging = {
  light: ['#B2500A', '#E8A66B', '#F5F5F5', '#7FB4DA', '#0B5F9E'],
  dark: ['#F09A4A', '#8A5526', '#2A2F36', '#2A6592', '#6FBDF2'],
} as const;

export const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace';
export const SANS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Helvetica Neue", Arial, sans-serif';
