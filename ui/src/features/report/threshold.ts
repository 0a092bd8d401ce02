/** A threshold on a probability: what it calls positive, what that is worth, and what it costs. */
import type { ThresholdGrid } from '@/api/reports';

export interface Confusion {
  tp: number;
  fp: number;
  tn: number;
  fn: number;
}

/** The place in the grid that decides as `threshold` does: rows at or above it are called positive. The grid rises, so
 * the first threshold that is not below the asked one; behind the last one nothing changes that the grid knows of. */
export function placeOf(grid: Pick<ThresholdGrid, 'thresholds'>, threshold: number): number {
  const found = grid.thresholds.findIndex((each) => each >= threshold);
  return found < 0 ? grid.thresholds.length - 1 : found;
}

export function confusionAt(grid: ThresholdGrid, threshold: number): Confusion {
  const at = placeOf(grid, threshold);
  return { tp: grid.tp[at] ?? 0, fp: grid.fp[at] ?? 0, tn: grid.tn[at] ?? 0, fn: grid.fn[at] ?? 0 };
}

export interface Rates {
  accuracy: number;
  precision: number | null;
  recall: number | null;
  specificity: number | null;
  f1: number | null;
}

export function rates({ tp, fp, tn, fn }: Confusion): Rates {
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  return {
    accuracy: (tp + tn) / Math.max(1, tp + fp + tn + fn),
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    specificity: share(tn, tn + fp),
    f1: share(2 * tp, 2 * tp + fp + fn),
  };
}

export const costOf = ({ fp, fn }: Confusion, fnCost: number, fpCost: number): number => fn * fnCost + fp * fpCost;

/** The threshold of the grid with the least cost; of several the lowest. */
export function cheapest(grid: ThresholdGrid, fnCost: number, fpCost: number): { threshold: number; cost: number } {
  let best = { threshold: grid.thresholds[0] ?? 0.5, cost: Number.POSITIVE_INFINITY };
  grid.thresholds.forEach((threshold, at) => {
    const cost = (grid.fn[at] ?? 0) * fnCost + (grid.fp[at] ?? 0) * fpCost;
    if (cost < best.cost) best = { threshold, cost };
  });
  return best;
}
