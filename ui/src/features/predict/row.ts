/** One row to predict: from typical values to the texts of a form, and from the texts to what the service takes. */
import type { Feature } from '@/api/models';
import type { Row } from '@/api/predictions';
import type { ColumnProfile, Profile } from '@/api/types';

export type Texts = Readonly<Record<string, string>>;
export type Fault = 'number' | 'integer' | 'date';
/** How a feature is asked for. */
export type Control = 'number' | 'boolean' | 'day' | 'moment' | 'choice' | 'text';

const MIDNIGHT = /[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$/;

const isDay = (text: string): boolean => !/[T ]\d/.test(text) || MIDNIGHT.test(text);

export function controlOf(feature: Feature, column: ColumnProfile | undefined): Control {
  if (feature.type === 'number' || feature.type === 'integer') return 'number';
  if (feature.type === 'boolean') return 'boolean';
  if (feature.type === 'date') {
    const seen = [column?.min, column?.max].filter((each): each is string => typeof each === 'string');
    return seen.every(isDay) ? 'day' : 'moment';
  }
  return feature.type === 'category' ? 'choice' : 'text';
}

/** The values that a category had in the data, most frequent first. */
export const choicesOf = (column: ColumnProfile | undefined): string[] => (column?.top ?? []).map(({ value }) => value);

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** A value that is nothing special in this column: the median, the most frequent, the newest day. */
export function typicalOf(feature: Feature, column: ColumnProfile | undefined): string {
  if (!column) return '';
  const control = controlOf(feature, column);
  if (control === 'number') {
    const middle = column.quantiles?.['0.5'] ?? column.mean;
    if (middle === undefined) return '';
    return feature.type === 'integer' ? String(Math.round(middle)) : rounded(middle);
  }
  if (control === 'day' || control === 'moment') {
    const newest = typeof column.max === 'string' ? column.max.replace(' ', 'T') : '';
    return newest.slice(0, control === 'day' ? 10 : 16);
  }
  if (control === 'boolean') return booleanOf(column.top?.[0]?.value ?? '');
  return column.top?.[0]?.value ?? '';
}

const booleanOf = (text: string): string => (/^(true|false)$/i.test(text) ? text.toLowerCase() : '');

export function typicalRow(features: readonly Feature[], profile: Profile | undefined): Record<string, string> {
  const columns = new Map(profile?.columns.map((column) => [column.name, column]));
  return Object.fromEntries(features.map((feature) => [feature.name, typicalOf(feature, columns.get(feature.name))]));
}

/** A number as people write it, also with a decimal comma; null: it is none. */
export function numberOf(text: string): number | null {
  const plain = /^[+-]?\d+,\d+$/.test(text.trim()) ? text.replace(',', '.') : text.trim();
  const value = plain === '' ? Number.NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

function faultOf({ type }: Feature, text: string): Fault | null {
  if (text.trim() === '') return null;
  if (type === 'number') return numberOf(text) === null ? 'number' : null;
  if (type === 'integer') return Number.isInteger(numberOf(text)) ? null : 'integer';
  if (type === 'date') return Number.isNaN(Date.parse(text)) ? 'date' : null;
  return null;
}

function sentOf({ type }: Feature, text: string): Row[string] {
  if (text.trim() === '') return null;
  if (type === 'number' || type === 'integer') return numberOf(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

/** What the service is sent; an empty text is a missing value. faults: by column. */
export function rowOf(features: readonly Feature[], texts: Texts): { row: Row; faults: Record<string, Fault> } {
  const row: Row = {};
  const faults: Record<string, Fault> = {};
  for (const feature of features) {
    const text = texts[feature.name] ?? '';
    const fault = faultOf(feature, text);
    if (fault) faults[feature.name] = fault;
    row[feature.name] = fault ? text : sentOf(feature, text);
  }
  return { row, faults };
}

export type Read = { texts: Record<string, string>; others: string[] } | { broken: string };

/** The texts of a form from JSON. others: names that the model does not know; broken: why it cannot be read. */
export function readJson(features: readonly Feature[], json: string): Read {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
  const given: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof given !== 'object' || given === null) return { broken: '{ … }' };
  const known = new Set(features.map(({ name }) => name));
  const entries = Object.entries(given);
  const texts = entries
    .filter(([name]) => known.has(name))
    .map(([name, value]) => [name, value === null || value === undefined ? '' : textOf(value)]);
  return { texts: Object.fromEntries(texts), others: entries.map(([name]) => name).filter((name) => !known.has(name)) };
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const UNSEEN = 'unseen_category:';

/** Columns whose value the model has never met, and flags of any other kind. */
export function flagsOf(flags: readonly string[]): { unseen: string[]; other: string[] } {
  return {
    unseen: flags.filter((flag) => flag.startsWith(UNSEEN)).map((flag) => flag.slice(UNSEEN.length)),
    other: flags.filter((flag) => !flag.startsWith(UNSEEN)),
  };
}

/** Classes with their probabilities, most probable first; the smallest ones summed up. */
export function ranked(probabilities: Readonly<Record<string, number>>, most = 12): [string | null, number][] {
  const all = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  if (all.length <= most) return all;
  const rest = all.slice(most - 1).reduce((sum, [, share]) => sum + share, 0);
  return [...all.slice(0, most - 1), [null, rest]];
}
