/**
 * What screens ask for. Keys: ['jobs', …], ['job', id, part], ['datasets', …], ['dataset', id, part], ['models', …],
 * ['model', id, part]; the feed makes what has changed be asked again.
 */
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, seg } from './client';
import { ApiError } from './errors';
import { isLong, useRefresh } from './feed';
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

export interface JobWish {
  kind?: string;
  state?: string | null;
  /** A part of the name, id, target or the data set's name. */
  search?: string;
}

const RARELY_MS = 30_000;

/** A page may be short, or empty, though more follow: the service looks at so many jobs at once. */
export function useJobs(limit = 50, { kind = 'fit', state = null, search = '' }: JobWish = {}) {
  const refresh = useRefresh(true);
  return useInfiniteQuery({
    queryKey: ['jobs', kind, limit, state, search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Job>>(
        '/v1/jobs',
        { limit, kind, state, search: search || undefined, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: (query) => (isLong(query) ? RARELY_MS : refresh),
    placeholderData: keepPreviousData,
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

/** All rows that are loaded, each once: while pages come, a trial may move from one to the next. */
function together({ pages }: InfiniteData<Page<LeaderboardRow>>): Page<LeaderboardRow> {
  const rows = new Map(pages.flatMap(({ items }) => items).map((row) => [row.trial, row]));
  return { items: [...rows.values()], cursor: pages.at(-1)?.cursor ?? null };
}

/** Best first. The first 200 rows, or with `all` every one, page after page. */
export function useLeaderboard(id: string, moves: boolean, all = false) {
  const refresh = useRefresh(moves);
  const query = useInfiniteQuery({
    queryKey: ['job', id, 'leaderboard'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<LeaderboardRow>>(
        `/v1/jobs/${seg(id)}/leaderboard`,
        { limit: 200, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: (asked) => (moves && isLong(asked) ? RARELY_MS : refresh),
    placeholderData: keepPreviousData,
    select: together,
  });
  const { hasNextPage, isFetching, error, fetchNextPage } = query;
  useEffect(() => {
    if (all && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [all, hasNextPage, isFetching, error, fetchNextPage]);
  return query;
}

/** search: a part of the name or id. A page may be short though more fit: `useEnough`. */
export function useDatasets(limit = 50, search = '') {
  const refresh = useRefresh(true);
  return useInfiniteQuery({
    queryKey: ['datasets', limit, search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Dataset>>(
        '/v1/datasets',
        { limit, search: search || undefined, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: (query) => (isLong(query) ? RARELY_MS : refresh),
    placeholderData: keepPreviousData,
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

/** search: a part of the name or id. A page may be short though more fit: `useEnough`. */
export function useModels(limit = 50, search = '') {
  return useInfiniteQuery({
    queryKey: ['models', limit, search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Model>>(
        '/v1/models',
        { limit, search: search || undefined, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
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
