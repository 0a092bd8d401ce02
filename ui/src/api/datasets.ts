/** What is asked of one data set beyond its document. */
import { useQuery } from '@tanstack/react-query';
import { api, seg } from './client';
import { useRefresh } from './feed';
import type { Dataset, Page } from './types';

export interface Associations {
  columns: { name: string; type: string }[];
  /** A square: 0 none, 1 one determines the other, below 0 one falls as the other rises; null: too few rows. */
  values: (number | null)[][];
  rows: number;
  left_out: number;
}

export function useAssociations(id: string) {
  return useQuery({
    queryKey: ['dataset', id, 'associations'],
    queryFn: ({ signal }) => api.get<Associations>(`/v1/datasets/${seg(id)}/associations`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Every reading of the same bytes, newest first. */
export function useDatasetVersions(id: string) {
  return useQuery({
    queryKey: ['dataset', id, 'versions'],
    queryFn: ({ signal }) => api.get<Page<Dataset>>(`/v1/datasets/${seg(id)}/versions`, undefined, signal),
    refetchInterval: useRefresh(true),
  });
}
