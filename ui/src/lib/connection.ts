/** Whether the service answers, as far as the last request tells; shared by the fetch wrapper and the banner. */
import { useSyncExternalStore } from 'react';

let lost = false;
const listeners = new Set<() => void>();

export function reportAnswer(answered: boolean): void {
  if (lost !== answered) return;
  lost = !answered;
  for (const tell of listeners) tell();
}

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const isConnectionLost = (): boolean => lost;

export function useConnectionLost(): boolean {
  return useSyncExternalStore(onConnection, isConnectionLost);
}
