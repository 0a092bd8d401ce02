/** What this browser has kept for the page. */
const PREFIX = 'automl.';

/** Forgets all of it, of this page alone; where storage is refused there is nothing to forget. */
export function forgetPreferences(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // A private window may refuse; then nothing was kept.
  }
}
