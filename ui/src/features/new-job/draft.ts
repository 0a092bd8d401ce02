/** What a person has chosen so far, and the body of the job that it makes. */
import type { FitSpec, Preset, Task } from '@/api/types';

export interface Configuration {
  family: string;
  /** As typed; empty: the family's own default. */
  params: Record<string, string>;
}

export type SplitKind = 'auto' | 'random' | 'stratified' | 'group' | 'time' | 'fold';

export interface Draft {
  task: Task | 'auto';
  metric: string | null;
  seconds: number;
  preset: Preset;
  testShare: number;
  split: SplitKind;
  splitColumn: string | null;
  exclude: string[];
  families: string[];
  configurations: Configuration[];
  seed: string;
  name: string;
  /** Whose next version the result becomes; null: of a model of its own. */
  model: string | null;
}

export const NEW: Draft = {
  task: 'auto',
  metric: null,
  seconds: 300,
  preset: 'balanced',
  testShare: 0,
  split: 'auto',
  splitColumn: null,
  exclude: [],
  families: [],
  configurations: [],
  seed: '0',
  name: '',
  model: null,
};

export const needsColumn = (split: SplitKind): boolean => split === 'group' || split === 'time' || split === 'fold';

/** A hyperparameter as typed: a number, true or false, otherwise a text. */
function parsed(text: string): number | boolean | string {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  const number = Number(trimmed.replace(',', '.'));
  return trimmed !== '' && Number.isFinite(number) ? number : trimmed;
}

/** Only what differs from the service's own choice is sent. */
export function specOf(datasetId: string, target: string, draft: Draft): FitSpec {
  const spec: FitSpec = {
    dataset_id: datasetId,
    target,
    task: draft.task,
    budget: { seconds: draft.seconds },
    seed: Number(draft.seed) || 0,
  };
  if (draft.preset !== 'balanced') spec.preset = draft.preset;
  if (draft.metric) spec.metric = draft.metric;
  if (draft.testShare > 0) spec.test = { share: draft.testShare };
  if (draft.split !== 'auto') {
    spec.split = { kind: draft.split, column: needsColumn(draft.split) ? draft.splitColumn : null };
  }
  if (draft.exclude.length) spec.exclude = draft.exclude;
  if (draft.families.length) spec.families = draft.families;
  if (draft.name.trim()) spec.name = draft.name.trim();
  if (draft.model) spec.model = draft.model;
  if (draft.configurations.length) {
    spec.configurations = draft.configurations.map(({ family, params }) => ({
      family,
      params: Object.fromEntries(
        Object.entries(params)
          .filter(([, text]) => text.trim() !== '')
          .map(([name, text]) => [name, parsed(text)]),
      ),
    }));
  }
  return spec;
}
