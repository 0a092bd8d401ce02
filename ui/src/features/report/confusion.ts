/** The order of classes in a confusion matrix. */
export type Order = 'frequent' | 'error' | 'name';

/** Share of a class's rows that are called something else. */
export function errorOf(counts: readonly (readonly number[])[], index: number): number {
  const row = counts[index] ?? [];
  const all = row.reduce((sum, count) => sum + count, 0);
  return all > 0 ? 1 - (row[index] ?? 0) / all : 0;
}

/** The places of classes in the asked order; rows and columns are moved alike, so that right answers stay diagonal. */
export function ordered(labels: readonly string[], counts: readonly (readonly number[])[], order: Order): number[] {
  const places = labels.map((_, index) => index);
  if (order === 'error') return places.sort((a, b) => errorOf(counts, b) - errorOf(counts, a) || a - b);
  if (order === 'name') return places.sort((a, b) => (labels[a] ?? '').localeCompare(labels[b] ?? ''));
  return places;
}
