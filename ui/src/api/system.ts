/** Health of the service's parts, and its test of itself. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, problemOf, send } from './client';
import type { Component, SystemInfo } from './types';

export interface Health {
  status: 'ok' | 'degraded' | 'unavailable';
  components: Record<string, Component>;
}

/** What `/v1/system` says beyond what the frame needs. */
export interface SystemFacts extends SystemInfo {
  cache?: { hits: number; misses: number; errors: number; size_bytes: number };
  /** Reads of blocks, by the level that had them. */
  blocks?: Record<string, number>;
  prometheus?: string | null;
  grafana?: string | null;
}

export type SelfTest = Record<string, string | number | boolean>;

const AGAIN_MS = 5_000;

/** Asked every few seconds. An answer of 503 is an answer: it says which part is down. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }): Promise<Health> => {
      const answer = await send('GET', '/health/ready', { signal });
      if (!answer.ok && answer.status !== 503) throw await problemOf(answer);
      const body = (await answer.clone().json()) as Partial<Health>;
      if (!body.components) throw await problemOf(answer);
      return body as Health;
    },
    refetchInterval: AGAIN_MS,
    retry: false,
  });
}

export function useFacts() {
  return useQuery({
    queryKey: ['system', 'facts'],
    queryFn: ({ signal }) => api.get<SystemFacts>('/v1/system', undefined, signal),
    refetchInterval: AGAIN_MS,
    retry: false,
  });
}

export function useSelfTest() {
  return useMutation({ mutationFn: () => api.post<SelfTest>('/v1/system/selftest') });
}
