/** Reports of models, and why single rows are answered as they are. */
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { api, seg } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Report = Schemas['ReportView'];
export type Performance = Report['performance'];
export type BinaryData = Schemas['BinaryData'];
export type MulticlassData = Schemas['MulticlassData'];
export type RegressionData = Schemas['RegressionData'];
export type ThresholdGrid = Schemas['ThresholdGrid'];
export type ThresholdChoice = Schemas['ThresholdChoice'];
export type ClassReport = Schemas['ClassReport'];
export type Calibration = Schemas['Calibration'];
export type FeatureDependence = Schemas['FeatureDependence'];
export type Explanation = Schemas['ExplanationView'];
export type SectionStatus = Report['status'];

const AGAIN_MS = 2_000;

/** Asked again while a part of it is being computed. */
export function useReport(model: string, version: string | null) {
  return useQuery({
    queryKey: ['model', model, 'report', version],
    queryFn: ({ signal }) => api.get<Report>(`/v1/models/${seg(model)}/report`, { version }, signal),
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? AGAIN_MS : false),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    enabled: model !== '',
  });
}

export type Row = Record<string, string | number | boolean | null>;

export function useExplain(model: string, version: string | null) {
  return useMutation({
    mutationFn: ({ rows, top }: { rows: Row[]; top: number }) =>
      api.post<Explanation>(`/v1/models/${seg(version ? `${model}@${version}` : model)}/explain`, { rows, top }),
  });
}
