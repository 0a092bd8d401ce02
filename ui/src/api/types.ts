/** The service's own types, by their names in the product. */
import type { components } from './schema';

type Schemas = components['schemas'];
export type Job = Schemas['JobView'];
export type JobState = Job['state'];
export type JobKind = Schemas['JobKind'];
export type Dataset = Schemas['DatasetView'];
export type Model = Schemas['ModelView'];
export type ModelVersion = Schemas['ModelVersionView'];
export type LeaderboardRow = Schemas['LeaderboardRow'];
export type LogLine = Schemas['LogLine'];
export type LogLevel = LogLine['level'];
export type Prediction = Schemas['PredictionView'];
export type Failure = Schemas['ErrorView'];
export type FitSpec = Schemas['FitSpec'];
export type Preset = NonNullable<FitSpec['preset']>;
export type ReadOptions = Schemas['ReadOptions'];

export interface Page<T> {
  items: T[];
  cursor: string | null;
}

export type Task = 'binary' | 'multiclass' | 'regression';

export interface Example {
  name: string;
  title: string;
  target: string;
  task: Task;
  metric: string;
  rows: number;
  licence: string;
  origin: string;
}

export interface Score {
  name: string;
  title: string;
  greater_is_better: boolean;
  tasks: Task[];
  optimum: number;
  aliases: string[];
}

export interface Family {
  name: string;
  title?: string;
  tasks?: Task[];
  hyperparameters?: { properties?: Record<string, HyperparameterSchema> };
  /** Why this service cannot fit it. */
  absent?: string;
}

export interface HyperparameterSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
  enum?: (string | number | boolean)[];
  default?: string | number | boolean;
  description?: string;
}

export interface Component {
  state: 'ok' | 'degraded' | 'down';
  latency_ms: number | null;
  essential: boolean;
  detail?: string;
}

export interface SystemInfo {
  version: string;
  python: string;
  ray: string;
  home: string;
  profile: string;
  compute: string;
  cpus: number;
  url: string | null;
  ray_dashboard: string | null;
  components: Record<string, Component>;
}

export interface ColumnProfile {
  name: string;
  type: string;
  missing: number;
  missing_share: number;
  distinct: number | null;
  distinct_exact: boolean;
  id_like: boolean;
  constant: boolean;
  mean?: number;
  std?: number;
  min?: number | string;
  max?: number | string;
  quantiles?: Record<string, number>;
  outlier_share?: number;
  sampled?: boolean;
  mean_length?: number;
  histogram?: { edges: number[]; counts: number[] };
  top?: { value: string; count: number }[];
}

/** One line of the ingest report. */
export interface Finding {
  code: string;
  message: string;
  column?: string;
  count?: number;
  examples?: string[];
  level: 'info' | 'warn';
}

export interface Profile {
  rows: number;
  columns: ColumnProfile[];
  /** How the file was read: kind, encoding, delimiter, sheet, header … */
  dialect?: Record<string, string | number | boolean | null>;
  findings?: Finding[];
}

export interface Check {
  code: string;
  level: 'passed' | 'fixed' | 'needs_you';
  message: string;
  column: string | null;
  /** Of the check `task`: what kind of target it would be. */
  task?: Task;
}

export const isTerminal = (state: JobState): boolean => ['succeeded', 'failed', 'cancelled'].includes(state);
