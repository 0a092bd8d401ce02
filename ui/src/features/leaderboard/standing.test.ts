import { expect, test } from 'vitest';
import type { LeaderboardRow } from '@/api/types';
import { badges, differing, front } from './standing';

const row = (over: Partial<LeaderboardRow>): LeaderboardRow =>
  ({
    rank: null,
    trial: 0,
    family: 'f',
    state: 'complete',
    score: 0.5,
    params: {},
    predict_us_row: 10,
    size_bytes: 10,
    ...over,
  }) as LeaderboardRow;

test('badges are of complete trials; one trial may have several', () => {
  const rows = [
    row({ trial: 3, rank: 1, score: 0.9, predict_us_row: 50, size_bytes: 900 }),
    row({ trial: 0, rank: 2, score: 0.8, predict_us_row: 2, size_bytes: 20 }),
    row({ trial: 7, rank: 3, state: 'partial', score: 0.99, predict_us_row: 1, size_bytes: 1 }),
    row({ trial: 8, state: 'failed', score: null, predict_us_row: null, size_bytes: null }),
  ];
  const found = badges(rows);
  expect(found.get(3)).toEqual(['best']);
  expect(found.get(0)).toEqual(['fastest', 'smallest', 'baseline']);
  expect(found.size).toBe(2);
  expect(badges([row({ state: 'failed', score: null })]).size).toBe(0);
});

test('hyperparameters that differ come apart from those that do not', () => {
  const rows = [row({ params: { depth: 3, rate: 0.1 } }), row({ params: { depth: 4, rate: 0.1, extra: true } })];
  expect(differing(rows)).toEqual({ differ: ['depth', 'extra'], same: ['rate'] });
});

test('the front has no trial that another one beats in both', () => {
  const rows = [
    row({ trial: 1, score: 0.9, predict_us_row: 50 }),
    row({ trial: 2, score: 0.7, predict_us_row: 60 }),
    row({ trial: 3, score: 0.8, predict_us_row: 5 }),
    row({ trial: 4, score: null }),
  ];
  expect(front(rows, true).map(({ trial }) => trial)).toEqual([3, 1]);
  expect(front(rows, false).map(({ trial }) => trial)).toEqual([3, 2]);
});
