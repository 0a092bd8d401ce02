import { expect, test } from 'vitest';
import type { LogLine } from '@/api/types';
import { asText, matching } from './lines';

const line = (seq: number, level: LogLine['level'], source: string, message: string): LogLine => ({
  seq,
  at: '2026-01-01T00:00:00.500Z',
  level,
  source,
  message,
  trial: null,
  fold: null,
});
const lines = [
  line(1, 'info', 'controller', 'Started with 2 CPUs.'),
  line(2, 'debug', 'worker', 'Trial 3, fold 0: roc_auc 0.87 in 1.20 s.'),
  line(3, 'warning', 'worker', 'Trial 4, fold 1 failed: <b>out of memory</b>'),
];
const seqs = (words: string) => matching(lines, words).map(({ seq }) => seq);

test('all words must be there, in any case and order', () => {
  expect(seqs('')).toEqual([1, 2, 3]);
  expect(seqs('  TRIAL ')).toEqual([2, 3]);
  expect(seqs('fold trial memory')).toEqual([3]);
  expect(seqs('warning worker')).toEqual([3]);
  expect(seqs('nothing like it')).toEqual([]);
});

test('a file has one line for each', () => {
  expect(asText(lines.slice(0, 2))).toBe(
    '2026-01-01T00:00:00.500Z INFO    controller: Started with 2 CPUs.\n' +
      '2026-01-01T00:00:00.500Z DEBUG   worker: Trial 3, fold 0: roc_auc 0.87 in 1.20 s.\n',
  );
  expect(asText([])).toBe('');
});
