/** What was said about a job: read once, and read on whenever its events say that there is more. */
import { useEffect, useRef, useState } from 'react';
import { api, seg } from './client';
import { asApiError } from './errors';
import type { LogLevel, LogLine, Page } from './types';

export interface JobLog {
  /** Oldest first. */
  lines: readonly LogLine[];
  /** Whether lines that were said already are still being read. */
  isBehind: boolean;
  error: unknown;
}

const NOTHING: JobLog = { lines: [], isBehind: true, error: null };
const PAGE = 200;
// Many events come at once; the log is read again this often at most.
const PACE_MS = 1_000;

/** Reads a log page after page, up to what has been said, and again at each `wake`. */
export function readLog(
  ask: (cursor: string | undefined) => Promise<Page<LogLine>>,
  show: (change: (old: JobLog) => JobLog) => void,
): { wake: () => void; stop: () => void } {
  let cursor: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: 'idle' | 'reading' | 'over' = 'idle';
  let isWoken = false;
  let began = 0;
  const read = async () => {
    timer = undefined;
    state = 'reading';
    isWoken = false;
    began = Date.now();
    const before = cursor;
    try {
      const { items, cursor: next } = await ask(cursor);
      if (state !== 'reading') return;
      cursor = next ?? cursor;
      const isAll = next === null || (next === before && items.length === 0);
      show((old) => ({ lines: items.length ? [...old.lines, ...items] : old.lines, isBehind: !isAll, error: null }));
      if (next === null) {
        state = 'over';
        return;
      }
      state = 'idle';
      if (!isAll) void read();
      else if (isWoken) wake();
    } catch (error) {
      if (state !== 'reading') return;
      state = 'idle';
      show((old) => ({ ...old, isBehind: false, error: asApiError(error) }));
      if (isWoken) wake();
    }
  };
  const wake = () => {
    if (state === 'reading') isWoken = true;
    else if (state === 'idle') timer ??= setTimeout(read, Math.max(0, began + PACE_MS - Date.now()));
  };
  return {
    wake,
    stop: () => {
      state = 'over';
      clearTimeout(timer);
    },
  };
}

/** The lines of this level and graver ones. heard: the number of the newest event that was heard of. */
export function useJobLog(id: string, level: LogLevel, heard: number): JobLog & { retry: () => void } {
  const [log, setLog] = useState(NOTHING);
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    const left = new AbortController();
    setLog(NOTHING);
    const path = `/v1/jobs/${seg(id)}/logs`;
    const reader = readLog(
      (cursor) => api.get<Page<LogLine>>(path, { level, limit: PAGE, cursor }, left.signal),
      setLog,
    );
    wake.current = reader.wake;
    reader.wake();
    return () => {
      left.abort();
      reader.stop();
    };
  }, [id, level]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another event alone is the reason
  useEffect(() => wake.current(), [heard]);
  return { ...log, retry: () => wake.current() };
}
