/** Versions of a model and where its aliases point. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, seg } from './client';
import type { Model, ModelVersion, Page } from './types';

/** The alias that predictions go to when nothing else is said. */
export const CHAMPION = 'champion';

export interface Feature {
  name: string;
  type: string;
}

/** What the model reads, by name. */
export const featuresOf = (version: ModelVersion): Feature[] =>
  version.features.map(({ name, type }) => ({ name: String(name), type: String(type ?? 'text') }));

/** Newest first. */
export function useVersions(model: string) {
  return useQuery({
    queryKey: ['model', model, 'versions'],
    queryFn: ({ signal }) => api.get<Page<ModelVersion>>(`/v1/models/${seg(model)}/versions`, undefined, signal),
    enabled: model !== '',
  });
}

export type Change =
  | { kind: 'rename'; name: string }
  | { kind: 'alias'; alias: string; version: string }
  | { kind: 'rollback'; alias: string; version: string };

/** One thing changed about a model; the answer is the model as it is then. */
export function useChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change): Promise<Model> => {
      const path = `/v1/models/${seg(id)}`;
      if (change.kind === 'rename') return api.patch<Model>(path, { name: change.name });
      const alias = `${path}/aliases/${seg(change.alias)}`;
      return change.kind === 'rollback'
        ? // With the version it means now a request that is sent again goes back once.
          api.post<Model>(`${alias}:rollback`, { version: change.version })
        : api.put<Model>(alias, { version: change.version });
    },
    onSuccess: (model) => {
      client.setQueryData(['model', id], model);
      client.invalidateQueries({ queryKey: ['model', id] });
      client.invalidateQueries({ queryKey: ['models'] });
    },
  });
}

/** Removes one version that no alias means, for good. */
export function useDeleteVersion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: string) => api.delete(`/v1/models/${seg(id)}/versions/${seg(version)}`),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['model', id] });
      client.invalidateQueries({ queryKey: ['models'] });
    },
  });
}

/** Removes a model with all its versions, for good. */
export const deleteModel = (id: string): Promise<void> => api.delete(`/v1/models/${seg(id)}`);

export const downloadAddress = (model: string, version: string): string =>
  `/v1/models/${seg(`${model}@${version}`)}/download`;
