/** What the service says of its parts, as lines to show. */
import type { SelfTest, SystemFacts } from '@/api/system';
import type { Component } from '@/api/types';

export interface Part extends Component {
  name: string;
  /** The product below it, such as `sqlite`; empty where it is not told. */
  adapter: string;
}

const RANK: Record<Component['state'], number> = { down: 0, degraded: 1, ok: 2 };

/** Worst first, then what the service cannot do without, then by name. */
export function partsOf(components: Record<string, Component & { adapter?: unknown }>): Part[] {
  return Object.entries(components)
    .map(([name, part]) => ({ ...part, name, adapter: typeof part.adapter === 'string' ? part.adapter : '' }))
    .sort(
      (a, b) =>
        RANK[a.state] - RANK[b.state] || Number(b.essential) - Number(a.essential) || a.name.localeCompare(b.name),
    );
}

/** How many of the asked-for values the cache had; null: nothing was asked for yet. */
export function hitRatio(cache: SystemFacts['cache']): number | null {
  const asked = (cache?.hits ?? 0) + (cache?.misses ?? 0);
  return cache && asked > 0 ? cache.hits / asked : null;
}

export interface Step {
  /** As the service names it, without its unit. */
  name: string;
  milliseconds: number;
  /** Which level a block was read from: `store`, `cache`, `file`, `memory`. */
  from: string | null;
}

/** The self-test's steps in the order in which they happen. */
export function stepsOf(answer: SelfTest): Step[] {
  return Object.entries(answer).flatMap(([key, value]) => {
    if (!key.endsWith('_ms') || typeof value !== 'number') return [];
    const name = key.slice(0, -'_ms'.length);
    const from = answer[`${name}_from`];
    return [{ name, milliseconds: value, from: typeof from === 'string' ? from : null }];
  });
}
