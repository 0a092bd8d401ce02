import { expect, test } from 'vitest';
import type { ThresholdGrid } from '@/api/reports';
import { cheapest, confusionAt, costOf, placeOf, rates } from './threshold';

// Probabilities 0.2 (negative), 0.4 (positive), 0.6 (negative), 0.9 (positive).
const grid = {
  thresholds: [0, 0.4, 0.6, 0.9, 1],
  tp: [2, 2, 1, 1, 0],
  fp: [2, 1, 1, 0, 0],
  tn: [0, 1, 1, 2, 2],
  fn: [0, 0, 1, 1, 2],
} as unknown as ThresholdGrid;

test('between two thresholds the upper one decides', () => {
  expect(placeOf(grid, 0)).toBe(0);
  expect(placeOf(grid, 0.4)).toBe(1);
  expect(placeOf(grid, 0.41)).toBe(2);
  expect(placeOf(grid, 2)).toBe(4);
  expect(confusionAt(grid, 0.5)).toEqual({ tp: 1, fp: 1, tn: 1, fn: 1 });
  expect(confusionAt(grid, 0.7)).toEqual({ tp: 1, fp: 0, tn: 2, fn: 1 });
});

test('rates are unknown where nothing is to divide by', () => {
  expect(rates({ tp: 1, fp: 0, tn: 2, fn: 1 })).toEqual({
    accuracy: 0.75,
    precision: 1,
    recall: 0.5,
    specificity: 1,
    f1: 2 / 3,
  });
  expect(rates({ tp: 0, fp: 0, tn: 2, fn: 0 })).toMatchObject({ precision: null, recall: null, f1: null });
});

test('costs decide the cheapest threshold', () => {
  expect(costOf({ tp: 1, fp: 3, tn: 0, fn: 2 }, 10, 1)).toBe(23);
  expect(cheapest(grid, 10, 1)).toEqual({ threshold: 0.4, cost: 1 });
  expect(cheapest(grid, 1, 10)).toEqual({ threshold: 0.9, cost: 1 });
});
