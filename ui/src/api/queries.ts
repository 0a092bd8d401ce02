/**
 * What screens ask for. Keys: ['jobs', …], ['job', id, part], ['datasets', …], ['dataset', id, part], ['models', …],
 * ['model', id, part]; the feed makes what has changed be asked again.
 */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, seg } from './client';
import { ApiError } from './errors';
import { useRefresh } from './feed';
import {
  type Check,
  type Dataset,
  type Example,
  type Family,
  isTerminal,
  type Job,
  type LeaderboardRow,
  type Model,
  type Page,
  type Profile,
  type Score,
  type SystemInfo,
} from './types';

const FOREVER = Number.POSITIVE_INFINITY;

/** What is deleted stays so: nobody need ask again. */
const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

export function useJobs(limit = 50, kind = 'fit') {
  return useInfiniteQuery({
    queryKey: ['jobs', kind, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Job>>('/v1/jobs', { limit, kind, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: useRefresh(true),
  });
}

export function useJob(id: string) {
  const refresh = useRefresh(true);
  return useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => api.get<Job>(`/v1/jobs/${seg(id)}`, undefined, signal),
    refetchInterval: (query) =>
      isGone(query.state.error) || (query.state.data && isTerminal(query.state.data.state)) ? false : refresh,
  });
}

export function useLeaderboard(id: string, moves: boolean) {
  return useQuery({
    queryKey: ['job', id, 'leaderboard'],
    queryFn: ({ signal }) => api.get<Page<LeaderboardRow>>(`/v1/jobs/${seg(id)}/leaderboard`, undefined, signal),
    refetchInterval: useRefresh(moves),
    placeholderData: keepPreviousData,
  });
}

export function useDatasets(limit = 50) {
  return useInfiniteQuery({
    queryKey: ['datasets', limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Dataset>>('/v1/datasets', { limit, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: useRefresh(true),
  });
}

export function useDataset(id: string) {
  const refresh = useRefresh(true);
  return useQuery({
    queryKey: ['dataset', id],
    queryFn: ({ signal }) => api.get<Dataset>(`/v1/datasets/${seg(id)}`, undefined, signal),
    refetchInterval: (query) =>
      isGone(query.state.error) || (query.state.data && ['ready', 'rejected'].includes(query.state.data.state))
        ? false
        : refresh,
    enabled: id !== '',
  });
}

export function useProfile(id: string, ready: boolean) {
  return useQuery({
    queryKey: ['dataset', id, 'profile'],
    queryFn: ({ signal }) => api.get<Profile>(`/v1/datasets/${seg(id)}/profile`, undefined, signal),
    enabled: ready,
    staleTime: FOREVER,
  });
}

export function useChecks(id: string, target: string | null) {
  return useQuery({
    queryKey: ['dataset', id, 'checks', target],
    queryFn: ({ signal }) => api.get<{ checks: Check[] }>(`/v1/datasets/${seg(id)}/checks`, { target }, signal),
    enabled: target !== null && target !== '',
    staleTime: FOREVER,
  });
}

export function useModels(limit = 50) {
  return useInfiniteQuery({
    queryKey: ['models', limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Model>>('/v1/models', { limit, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
  });
}

export function useModel(id: string) {
  return useQuery({
    queryKey: ['model', id],
    queryFn: ({ signal }) => api.get<Model>(`/v1/models/${seg(id)}`, undefined, signal),
  });
}

export function useExamples() {
  return useQuery({
    queryKey: ['examples'],
    queryFn: ({ signal }) => api.get<{ items: Example[] }>('/v1/examples', undefined, signal),
    staleTime: FOREVER,
  });
}

export function useScores() {
  return useQuery({
    queryKey: ['scores'],
    queryFn: ({ signal }) => api.get<{ items: Score[] }>('/v1/scores', undefined, signal),
    staleTime: FOREVER,
  });
}

export function useFamilies() {
  return useQuery({
    queryKey: ['families'],
    queryFn: ({ signal }) => api.get<{ items: Family[] }>('/v1/families', undefined, signal),
    staleTime: FOREVER,
  });
}

export function useSystem(refetchInterval: number | false = false) {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.get<SystemInfo>('/v1/system', undefined, signal),
    staleTime: 30_000,
    refetchInterval,
  });
}
