/** Chart colours by palette. The first are Okabe and Ito's, which stay apart for every kind of colour vision. */
export const chartColors = {
  safe: {
    light: ['#0072B2', '#D55E00', '#008060', '#B0529A', '#9A6700', '#3F87C6', '#5C5C5C', '#7A4FBF'],
    dark: ['#56B4E9', '#F09A4A', '#2EC49A', '#E08BC4', '#F0C440', '#8CC8F0', '#B8B8B8', '#B79CF0'],
  },
  vivid: {
    light: ['#3366CC', '#DC3912', '#0F8A0F', '#990099', '#B07A00', '#0077A3', '#B82E5E', '#5E7F12'],
    dark: ['#7FA8FF', '#FF8A70', '#6BD66B', '#E08AE0', '#F2C14E', '#5FC9EE', '#FF8FB8', '#B9DB5F'],
  },
  // Apart by lightness alone: for paper without colours, and for who sees none.
  tones: {
    light: ['#12365C', '#5B93C6', '#2D6AA6', '#8A97A6', '#101418', '#7FB0DC', '#4E5A68', '#1F4E80'],
    dark: ['#BFE0FF', '#4F88BC', '#86B8E6', '#8D99A8', '#F2F5F8', '#6FA3D4', '#B4BECB', '#9CCBF4'],
  },
} as const;
export type PaletteName = keyof typeof chartColors;

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
