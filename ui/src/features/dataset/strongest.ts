import type { Associations } from '@/api/datasets';

export interface Pair {
  left: string;
  right: string;
  value: number;
}

/** The pairs of different columns that go together most, strongest first. */
export function strongest({ columns, values }: Pick<Associations, 'columns' | 'values'>, most: number): Pair[] {
  const pairs = columns.flatMap(({ name: left }, row) =>
    columns.slice(row + 1).flatMap(({ name: right }, at) => {
      const value = values[row]?.[row + 1 + at] ?? null;
      return value === null ? [] : [{ left, right, value }];
    }),
  );
  return pairs.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
}
