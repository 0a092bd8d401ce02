import { expect, test } from 'vitest';
import type { JobEvent } from '@/api/jobs';
import type { Job } from '@/api/types';
import { bestOverTime, busyShare, foldsOf, phaseOf, phases } from './story';

const T0 = Date.parse('2026-01-01T00:00:00Z');
const event = (seq: number, type: string, s: number, body: Record<string, unknown> = {}): JobEvent => ({
  seq,
  type,
  at: T0 + s * 1000,
  body,
});
const fold = (seq: number, s: number, trial: number, number: number, score: number | null) =>
  event(seq, 'fold.done', s, { trial, fold: number, status: 'ok', score, total_s: 2, fit_s: 1 });
const job = (over: Partial<Job>): Job =>
  ({
    state: 'running',
    progress: { folds: 0 },
    created_at: new Date(T0).toISOString(),
    admitted_at: new Date(T0 + 2000).toISOString(),
    ended_at: null,
    ...over,
  }) as Job;

test('the phase follows state and events', () => {
  const prepared = event(3, 'job.prepared', 4);
  expect(phaseOf(job({ state: 'queued' }), [])).toBe('queued');
  expect(phaseOf(job({}), [])).toBe('read');
  expect(phaseOf(job({}), [prepared])).toBe('baseline');
  expect(phaseOf(job({}), [prepared, fold(4, 5, 0, 0, 0.7)])).toBe('search');
  expect(phaseOf(job({ state: 'finishing' }), [prepared])).toBe('finishing');
  expect(phaseOf(job({ state: 'failed' }), [])).toBe('ended');
});

test('phases that are over have their seconds, a job cancelled early skipped the rest', () => {
  const events = [event(1, 'job.queued', 0), event(3, 'job.prepared', 5), fold(4, 7, 0, 0, 0.7)];
  expect(phases(job({}), events).map(({ state, seconds }) => [state, seconds])).toEqual([
    ['done', 2],
    ['done', 3],
    ['done', 2],
    ['now', null],
    ['ahead', null],
    ['ahead', null],
  ]);
  const cancelled = job({ state: 'cancelled', admitted_at: null, ended_at: new Date(T0 + 9000).toISOString() });
  expect(phases(cancelled, [event(1, 'job.queued', 0)]).map(({ state }) => state)).toEqual([
    'done',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'done',
  ]);
});

test('before the events are read only the wait is known', () => {
  const ended = job({ state: 'succeeded', ended_at: new Date(T0 + 40_000).toISOString() });
  expect(phases(ended, []).map(({ state, seconds }) => [state, seconds])).toEqual([
    ['done', 2],
    ...Array.from({ length: 5 }, () => ['done', null]),
  ]);
});

test('a trial counts for the best line once it has all its folds, in the sign of the metric', () => {
  const events = [
    fold(1, 1, 0, 0, -0.5),
    fold(2, 2, 1, 0, -0.1),
    fold(3, 3, 0, 1, -0.7),
    fold(4, 4, 2, 0, null),
    fold(5, 5, 1, 1, -0.3),
    fold(6, 6, 0, 1, -0.7),
  ];
  const folds = foldsOf(events, T0, false);
  expect(folds.map(({ score }) => score)).toEqual([0.5, 0.1, 0.7, null, 0.3, 0.7]);
  expect(bestOverTime(folds, 2, false)).toEqual([
    { x: 3, y: 0.6, trial: 0 },
    { x: 5, y: 0.2, trial: 1 },
  ]);
  expect(busyShare(folds, 2, 10)).toBe(0.6);
  expect(busyShare([], 2, 10)).toBeNull();
});
