import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type JobLog, readLog } from './logs';
import type { LogLine, Page } from './types';

const line = (seq: number): LogLine => ({
  seq,
  at: '2026-01-01T00:00:00Z',
  level: 'info',
  source: 'driver',
  message: `line ${seq}`,
  trial: null,
  fold: null,
});

/** A log that grows; each page has two lines. */
class Said {
  last = 0;
  isOver = false;
  asked: (string | undefined)[] = [];
  fails = false;
  ask = async (cursor: string | undefined): Promise<Page<LogLine>> => {
    this.asked.push(cursor);
    if (this.fails) throw new Error('away');
    const after = Number(cursor ?? 0);
    const end = Math.min(this.last, after + 2);
    const items = Array.from({ length: end - after }, (_, at) => line(after + at + 1));
    return { items, cursor: this.isOver && end === this.last ? null : String(end) };
  };
}

let log: JobLog;
const show = (change: (old: JobLog) => JobLog) => {
  log = change(log);
};

beforeEach(() => {
  vi.useFakeTimers();
  log = { lines: [], isBehind: true, error: null };
});
afterEach(() => vi.useRealTimers());
const seqs = () => log.lines.map(({ seq }) => seq);
const settle = () => vi.advanceTimersByTimeAsync(1_000);

test('it is read page by page, goes on when more is said, and ends with the job', async () => {
  const said = new Said();
  said.last = 5;
  const reader = readLog(said.ask, show);
  reader.wake();
  await settle();
  expect(seqs()).toEqual([1, 2, 3, 4, 5]);
  expect(log.isBehind).toBe(false);
  const before = said.asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said.asked.length, 'nobody asks while nothing is heard').toBe(before);
  said.last = 6;
  said.isOver = true;
  reader.wake();
  reader.wake();
  await settle();
  expect(seqs()).toEqual([1, 2, 3, 4, 5, 6]);
  const all = said.asked.length;
  reader.wake();
  await settle();
  expect(said.asked.length, 'all was told').toBe(all);
});

test('what is heard while it reads is read too', async () => {
  const said = new Said();
  said.last = 1;
  const reader = readLog(async (cursor) => {
    const page = await said.ask(cursor);
    if (said.last === 1 && page.items.length === 0) {
      // Said after the answer was made, heard before it came.
      said.last = 2;
      reader.wake();
    }
    return page;
  }, show);
  reader.wake();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(seqs()).toEqual([1, 2]);
});

test('a failure is said, what was read stays, and the next try goes on there', async () => {
  const said = new Said();
  said.last = 2;
  const reader = readLog(said.ask, show);
  reader.wake();
  await settle();
  said.fails = true;
  said.last = 3;
  reader.wake();
  await settle();
  expect(log.error).not.toBeNull();
  expect(seqs()).toEqual([1, 2]);
  said.fails = false;
  reader.wake();
  await settle();
  expect(seqs()).toEqual([1, 2, 3]);
  expect(log.error).toBeNull();
});

test('once it is left nothing is shown any more', async () => {
  const said = new Said();
  said.last = 2;
  const reader = readLog(said.ask, show);
  reader.wake();
  reader.stop();
  await settle();
  expect(seqs()).toEqual([]);
});
