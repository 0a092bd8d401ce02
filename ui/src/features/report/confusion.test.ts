import { expect, test } from 'vitest';
import { errorOf, ordered } from './confusion';

const counts = [
  [9, 1, 0],
  [2, 2, 0],
  [0, 0, 0],
];

test('the worst class comes first; a class without rows has no error', () => {
  expect(errorOf(counts, 0)).toBeCloseTo(0.1);
  expect(errorOf(counts, 2)).toBe(0);
  expect(ordered(['b', 'c', 'a'], counts, 'error')).toEqual([1, 0, 2]);
  expect(ordered(['b', 'c', 'a'], counts, 'name')).toEqual([2, 0, 1]);
  expect(ordered(['b', 'c', 'a'], counts, 'frequent')).toEqual([0, 1, 2]);
});
