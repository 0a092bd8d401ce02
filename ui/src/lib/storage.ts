/** Preferences of this browser. Where storage is refused, they last as long as the page. Never for keys or data. */
const PREFIX = 'automl.';
const memory = new Map<string, string>();

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return memory.get(name) ?? null;
  }
}

export function writePreference(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A private window may refuse; the value above lasts for this page.
  }
}
