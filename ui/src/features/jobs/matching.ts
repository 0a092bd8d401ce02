import type { Job, JobState } from '@/api/types';

/** Jobs whose name, target or id holds all the words, in a state. */
export function matching(jobs: readonly Job[], words: string, state: JobState | null): Job[] {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  return jobs.filter((job) => {
    if (state !== null && job.state !== state) return false;
    const text = `${job.name ?? ''} ${job.target ?? ''} ${job.id}`.toLowerCase();
    return asked.every((word) => text.includes(word));
  });
}
