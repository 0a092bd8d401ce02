/** Versions side by side. */
import type { Model, ModelVersion } from '@/api/types';

export const MOST = 4;

/** The versions named in the address, in its order; unknown ones left out. */
export function chosenOf(address: string | null, versions: readonly ModelVersion[]): ModelVersion[] {
  const names = (address ?? '').split(',').filter(Boolean);
  return [...new Set(names)]
    .map((name) => versions.find(({ version }) => version === name))
    .filter((each): each is ModelVersion => each !== undefined)
    .slice(0, MOST);
}

/** With one more or one less; beyond the most, the one chosen first goes. */
export function toggled(chosen: readonly string[], name: string): string[] {
  return chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name].slice(-MOST);
}

/** The newest versions of the models named in the address, in its order. */
export function latestOf(address: string | null, models: readonly Model[]): ModelVersion[] {
  const names = [...new Set((address ?? '').split(',').filter(Boolean))].slice(0, MOST);
  return names.flatMap((id) => models.find((each) => each.id === id)?.latest ?? []);
}

export interface Difference {
  added: string[];
  removed: string[];
}

/** Features that a version reads and the first does not, and the other way round. */
export function differenceOf(first: ModelVersion, other: ModelVersion): Difference {
  const names = (version: ModelVersion) => version.features.map(({ name }) => String(name));
  const [before, after] = [new Set(names(first)), new Set(names(other))];
  return {
    added: [...after].filter((name) => !before.has(name)),
    removed: [...before].filter((name) => !after.has(name)),
  };
}

/** Members as the eye reads them: name and share, largest first. */
export function membersOf(version: ModelVersion): { name: string; weight: number }[] {
  return version.members
    .map(({ name, weight }) => ({ name: String(name ?? ''), weight: Number(weight ?? 0) }))
    .sort((a, b) => b.weight - a.weight);
}
