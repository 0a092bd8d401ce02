import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GRACE_MS, leave, stay } from './leaving';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a model is removed once after the time to think, however often it is asked for', () => {
  const remove = vi.fn();
  leave('mdl_1', remove);
  leave('mdl_1', remove);
  vi.advanceTimersByTime(GRACE_MS - 1);
  expect(remove).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(remove).toHaveBeenCalledTimes(1);
  expect(stay('mdl_1')).toBe(false);
});

test('what is taken back is never removed, and others still are', () => {
  const first = vi.fn();
  const second = vi.fn();
  leave('mdl_1', first);
  leave('mdl_2', second);
  expect(stay('mdl_1')).toBe(true);
  vi.advanceTimersByTime(GRACE_MS);
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledTimes(1);
});
