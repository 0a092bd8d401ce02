import { expect, test } from 'vitest';
import type { Job } from '@/api/types';
import { matching } from './matching';

const jobs = [
  { id: 'job_a', name: 'Titanic long', target: 'Survived', state: 'running' },
  { id: 'job_b', name: null, target: 'quality', state: 'failed' },
] as Job[];
const ids = (found: Job[]) => found.map(({ id }) => id);

test('all words must be found, in name, target or id, whatever their case', () => {
  expect(ids(matching(jobs, '', null))).toEqual(['job_a', 'job_b']);
  expect(ids(matching(jobs, 'LONG surv', null))).toEqual(['job_a']);
  expect(ids(matching(jobs, 'job_b', null))).toEqual(['job_b']);
  expect(ids(matching(jobs, 'long quality', null))).toEqual([]);
});

test('a state alone or with words', () => {
  expect(ids(matching(jobs, '', 'failed'))).toEqual(['job_b']);
  expect(ids(matching(jobs, 'titanic', 'failed'))).toEqual([]);
});
