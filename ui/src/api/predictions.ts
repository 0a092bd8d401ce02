/** Predictions: rows at once, and whole datasets as jobs whose answers are kept. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, seg } from './client';
import { useRefresh } from './feed';
import type { components } from './schema';
import { isTerminal, type Job, type Page, type Prediction } from './types';

export type StoredPrediction = components['schemas']['StoredPredictionView'];
export type Row = Record<string, string | number | boolean | null>;

/** Newest first; asked again while one of them moves. */
export function usePredictions(limit = 50) {
  const refresh = useRefresh(true);
  return useInfiniteQuery({
    queryKey: ['jobs', 'predictions', limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<StoredPrediction>>('/v1/predictions', { limit, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((each) => !isTerminal(each.state))) ? refresh : false,
  });
}

export function usePredict(model: string) {
  return useMutation({
    mutationFn: ({ rows, proba }: { rows: Row[]; proba: boolean }) =>
      api.post<Prediction>(`/v1/models/${seg(model)}/predict`, { rows, proba }),
  });
}

/** A prediction of a whole dataset. `key`: the same again makes no second one. */
export function useSubmit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: { key: string; model: string; dataset_id: string; proba: boolean; name?: string }) =>
      api.create<Job>('/v1/predictions', body, { idempotencyKey: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['jobs', 'predictions'] }),
  });
}

/** Ends a prediction that goes on, or removes an ended one for good. */
export function useEnd() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, how }: { id: string; how: 'cancel' | 'delete' }): Promise<unknown> =>
      how === 'cancel' ? api.post(`/v1/jobs/${seg(id)}:cancel`) : api.delete(`/v1/predictions/${seg(id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['jobs', 'predictions'] }),
  });
}

export const answersAddress = (id: string, format: 'csv' | 'parquet'): string =>
  `/v1/predictions/${seg(id)}/download?format=${format}`;
