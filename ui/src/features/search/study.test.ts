import { expect, test } from 'vitest';
import type { JobEvent } from '@/api/jobs';
import type { LeaderboardRow } from '@/api/types';
import { influences, rankCorrelation, ranks, stretches, varied } from './study';

const row = (score: number | null, params: Record<string, unknown>) => ({ score, params }) as LeaderboardRow;

test('equal values share a rank, a constant has no correlation', () => {
  expect(ranks([10, 20, 20, 5])).toEqual([2, 3.5, 3.5, 1]);
  expect(rankCorrelation([1, 2, 3], [10, 100, 1000])).toBe(1);
  expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBe(-1);
  expect(rankCorrelation([1, 1, 1], [3, 2, 1])).toBeNull();
});

test('influences need five trials and follow the sign of the metric', () => {
  const rows = [1, 2, 3, 4, 5].map((each) => row(each, { depth: each, noise: [3, 1, 4, 1, 5][each - 1], kind: 'a' }));
  expect(influences(rows.slice(0, 4), true)).toEqual([]);
  expect(influences(rows, true)[0]).toEqual({ name: 'depth', correlation: 1, trials: 5 });
  expect(influences(rows, false)[0]).toEqual({ name: 'depth', correlation: -1, trials: 5 });
  expect(varied(rows)).toEqual(['depth', 'noise']);
});

test('folds that overlap lie on lanes of their own', () => {
  const done = (trial: number, s: number, total: number): JobEvent => ({
    seq: trial + 1,
    type: 'fold.done',
    at: s * 1000,
    body: { trial, fold: 0, total_s: total },
  });
  const found = stretches([done(0, 5, 5), done(1, 8, 6), done(2, 9, 3.9)], 0);
  expect(found.map(({ trial, lane }) => [trial, lane])).toEqual([
    [0, 0],
    [1, 1],
    [2, 0],
  ]);
});

test('folds of one worker share its lane', () => {
  const done = (trial: number, s: number, worker: string): JobEvent => ({
    seq: trial + 1,
    type: 'fold.done',
    at: s * 1000,
    body: { trial, fold: 0, total_s: 1, worker },
  });
  const found = stretches([done(0, 2, 'pid-7'), done(1, 2.5, 'pid-8'), done(2, 9, 'pid-8'), done(3, 11, 'pid-7')], 0);
  expect(found.map(({ trial, lane, worker }) => [trial, lane, worker])).toEqual([
    [0, 0, 'pid-7'],
    [1, 1, 'pid-8'],
    [2, 1, 'pid-8'],
    [3, 0, 'pid-7'],
  ]);
});
