/** What the trials of one family tell of its hyperparameters, and when which fold was fitted. */
import type { JobEvent } from '@/api/jobs';
import type { LeaderboardRow } from '@/api/types';

/** Fewer trials than this say nothing of a hyperparameter. */
export const LEAST_TRIALS = 5;

/** Ranks from 1; equal values share their mean rank. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to += 1;
    for (let place = from; place <= to; place += 1) found[order[place]?.at ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return found;
}

/** Spearman's rank correlation; null where one side never changes. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const x = ranks(a);
  const y = ranks(b);
  const mean = (x.length + 1) / 2;
  let both = 0;
  let left = 0;
  let right = 0;
  x.forEach((rank, at) => {
    const other = (y[at] ?? 0) - mean;
    both += (rank - mean) * other;
    left += (rank - mean) ** 2;
    right += other ** 2;
  });
  return left > 0 && right > 0 ? both / Math.sqrt(left * right) : null;
}

export interface Influence {
  name: string;
  /** Above 0: higher values go with better scores. */
  correlation: number;
  trials: number;
}

/** Rank correlation of each numeric hyperparameter with how good the score is, strongest first. */
export function influences(rows: readonly LeaderboardRow[], greaterIsBetter: boolean): Influence[] {
  const scored = rows.filter((row) => row.score !== null);
  const names = [...new Set(scored.flatMap((row) => Object.keys(row.params)))];
  return names
    .flatMap((name) => {
      const given = scored.filter((row) => typeof row.params[name] === 'number');
      if (given.length < LEAST_TRIALS) return [];
      const correlation = rankCorrelation(
        given.map((row) => Number(row.params[name])),
        given.map((row) => (greaterIsBetter ? (row.score ?? 0) : -(row.score ?? 0))),
      );
      return correlation === null ? [] : [{ name, correlation, trials: given.length }];
    })
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
}

/** Hyperparameters of these trials that have more than one value. */
export function varied(rows: readonly LeaderboardRow[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.params)))].sort();
  return names.filter((name) => new Set(rows.map((row) => JSON.stringify(row.params[name]))).size > 1);
}

export interface Stretch {
  trial: number;
  fold: number;
  /** Seconds since the job began. */
  from: number;
  to: number;
  /** Place of its worker; where it is not known, one that was free: as many as were at work at once. */
  lane: number;
  worker: string;
  failed: boolean;
}

/** When each fold was at work, and on which worker, oldest first. */
export function stretches(events: readonly JobEvent[], beganAt: number): Stretch[] {
  const ends: number[] = [];
  const workers: string[] = [];
  return events
    .filter((event) => event.type === 'fold.done')
    .map(({ at, body }) => {
      const to = (at - beganAt) / 1000;
      return {
        trial: Number(body.trial),
        fold: Number(body.fold),
        from: Math.max(0, to - Number(body.total_s ?? 0)),
        to,
        worker: typeof body.worker === 'string' ? body.worker : '',
        failed: Boolean(body.error),
      };
    })
    .sort((a, b) => a.from - b.from)
    .map((stretch) => {
      // Times are of two clocks: what overlaps by less than this follows one another.
      const free = ends.findIndex((end, at) =>
        stretch.worker ? workers[at] === stretch.worker : !workers[at] && end <= stretch.from + 0.25,
      );
      const lane = free < 0 ? ends.length : free;
      ends[lane] = stretch.to;
      workers[lane] = stretch.worker;
      return { ...stretch, lane };
    });
}
