/**
 * Models on their way out. The service removes a model for good, so it is asked only after a while; until then the
 * wish can be taken back, and a page that is closed takes it back by itself.
 */
import { useSyncExternalStore } from 'react';

export const GRACE_MS = 10_000;

let leaving: ReadonlyMap<string, ReturnType<typeof setTimeout>> = new Map();
const watchers = new Set<() => void>();

function set(next: ReadonlyMap<string, ReturnType<typeof setTimeout>>): void {
  leaving = next;
  for (const tell of watchers) tell();
}

function without(id: string): Map<string, ReturnType<typeof setTimeout>> {
  const next = new Map(leaving);
  next.delete(id);
  return next;
}

/** `remove` is called once the time to think is over, unless it is taken back. */
export function leave(id: string, remove: () => void, graceMs = GRACE_MS): void {
  if (leaving.has(id)) return;
  const timer = setTimeout(() => {
    set(without(id));
    remove();
  }, graceMs);
  set(new Map(leaving).set(id, timer));
}

/** Whether it could still be taken back. */
export function stay(id: string): boolean {
  const timer = leaving.get(id);
  if (timer === undefined) return false;
  clearTimeout(timer);
  set(without(id));
  return true;
}

const watch = (listener: () => void) => {
  watchers.add(listener);
  return () => watchers.delete(listener);
};

/** Ids of the models that are on their way out. */
export function useLeaving(): ReadonlyMap<string, unknown> {
  return useSyncExternalStore(watch, () => leaving);
}
