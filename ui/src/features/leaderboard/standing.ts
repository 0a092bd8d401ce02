/** What rows of a leaderboard stand out for, where configurations differ, and which ones are on the front. */
import type { LeaderboardRow } from '@/api/types';

export type Badge = 'best' | 'fastest' | 'smallest' | 'baseline';

const least = (rows: readonly LeaderboardRow[], value: (row: LeaderboardRow) => number | null): number | null => {
  let found: LeaderboardRow | null = null;
  for (const row of rows) {
    const mine = value(row);
    const best = found === null ? null : value(found);
    if (mine !== null && (best === null || mine < best)) found = row;
  }
  return found?.trial ?? null;
};

/** Badges by trial. Only complete trials are compared; the first trial tried is the baseline. */
export function badges(rows: readonly LeaderboardRow[]): Map<number, Badge[]> {
  const found = new Map<number, Badge[]>();
  const give = (trial: number | null, badge: Badge) => {
    if (trial !== null) found.set(trial, [...(found.get(trial) ?? []), badge]);
  };
  const complete = rows.filter((row) => row.state === 'complete' && row.score !== null);
  if (complete.length === 0) return found;
  give(
    least(complete, (row) => row.rank),
    'best',
  );
  give(
    least(complete, (row) => row.predict_us_row),
    'fastest',
  );
  give(
    least(complete, (row) => row.size_bytes),
    'smallest',
  );
  give(
    least(
      complete.filter((row) => row.family.includes('baseline') || row.family === 'dummy'),
      (row) => row.trial,
    ) ?? least(complete, (row) => row.trial),
    'baseline',
  );
  return found;
}

/** Names of hyperparameters whose values differ among rows, then those that are equal everywhere. */
export function differing(rows: readonly LeaderboardRow[]): { differ: string[]; same: string[] } {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.params)))].sort();
  const differ = names.filter((name) => new Set(rows.map((row) => JSON.stringify(row.params[name]))).size > 1);
  return { differ, same: names.filter((name) => !differ.includes(name)) };
}

/** Trials that no other one beats in score and speed at once, fastest first. */
export function front(rows: readonly LeaderboardRow[], greaterIsBetter: boolean): LeaderboardRow[] {
  const ordered = rows
    .filter((row) => row.score !== null && row.predict_us_row !== null)
    .sort((a, b) => (a.predict_us_row ?? 0) - (b.predict_us_row ?? 0));
  const kept: LeaderboardRow[] = [];
  for (const row of ordered) {
    const last = kept.at(-1)?.score;
    const score = row.score ?? 0;
    if (last === undefined || last === null || (greaterIsBetter ? score > last : score < last)) kept.push(row);
  }
  return kept;
}
