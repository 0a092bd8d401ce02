import { usePreference } from '@/lib/storage';

export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

/** How closely things stand, as the person chose. */
export const useDensity = (): Density => usePreference('density', DENSITIES);
