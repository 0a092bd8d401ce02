/** Preferences of this browser. Where storage is refused, they last as long as the page. Never for keys or data. */
import { useSyncExternalStore } from 'react';

const PREFIX = 'automl.';
const memory = new Map<string, string>();
const listeners = new Set<() => void>();

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return memory.get(name) ?? null;
  }
}

export function writePreference(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A private window may refuse; the value above lasts for this page.
  }
  for (const tell of listeners) tell();
}

/** Forgets all of them, of this page alone. */
export function forgetPreferences(): void {
  memory.clear();
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // A private window may refuse; then nothing was kept.
  }
  for (const tell of listeners) tell();
}

function onPreference(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen one of `choices`, the first where nothing was chosen; follows what is chosen later. */
export function usePreference<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  const kept = useSyncExternalStore(onPreference, () => readPreference(name));
  return choices.find((choice) => choice === kept) ?? choices[0];
}
