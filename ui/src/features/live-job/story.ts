/** What a job's events tell: its phases with their times, the best score so far, folds. */
import type { JobEvent } from '@/api/jobs';
import { isTerminal, type Job } from '@/api/types';

export const PHASES = ['queued', 'read', 'baseline', 'search', 'finishing', 'ended'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface PhaseView {
  name: PhaseName;
  state: 'done' | 'now' | 'ahead' | 'skipped';
  /** Seconds; null while it goes on, where it never was, or where its times are not known. */
  seconds: number | null;
}

const firstOf = (events: readonly JobEvent[], type: string): number | null =>
  events.find((event) => event.type === type)?.at ?? null;

/** The phase a job is in. */
export function phaseOf(job: Pick<Job, 'state' | 'progress'>, events: readonly JobEvent[]): PhaseName {
  if (isTerminal(job.state)) return 'ended';
  if (job.state === 'queued' || job.state === 'finishing') return job.state;
  if (events.some((event) => event.type === 'fold.done') || job.progress.folds > 0) return 'search';
  return events.some((event) => event.type === 'job.prepared') ? 'baseline' : 'read';
}

/** All phases, with what each took. A job that ended early skipped the rest. */
export function phases(job: Job, events: readonly JobEvent[]): PhaseView[] {
  const began: Record<PhaseName, number | null> = {
    queued: Date.parse(job.created_at),
    read: job.admitted_at ? Date.parse(job.admitted_at) : null,
    baseline: firstOf(events, 'job.prepared'),
    search: firstOf(events, 'fold.done'),
    finishing: firstOf(events, 'job.finishing'),
    ended: job.ended_at ? Date.parse(job.ended_at) : null,
  };
  const now = phaseOf(job, events);
  const at = PHASES.indexOf(now);
  return PHASES.map((name, index) => {
    const start = began[name];
    const end = PHASES.slice(index + 1)
      .map((later) => began[later])
      .find((time) => time !== null);
    // Without events only the wait is known: where a phase ended would be taken from one that came later.
    const known = name === 'queued' || events.length > 0;
    const seconds =
      known && start !== null && end !== null && end !== undefined ? Math.max(0, (end - start) / 1000) : null;
    if (index > at) return { name, state: 'ahead', seconds: null };
    if (index === at) return { name, state: now === 'ended' ? 'done' : 'now', seconds: null };
    const skipped = now === 'ended' && events.length > 0 && start === null;
    return { name, state: skipped ? 'skipped' : 'done', seconds };
  });
}

export interface FoldPoint {
  trial: number;
  fold: number;
  status: string;
  /** In the metric's own sign. */
  score: number | null;
  /** Seconds since the job was admitted. */
  at: number;
  fitS: number;
  totalS: number;
}

/** Folds as they ended. */
export function foldsOf(events: readonly JobEvent[], beganAt: number, greaterIsBetter: boolean): FoldPoint[] {
  const sign = greaterIsBetter ? 1 : -1;
  return events
    .filter((event) => event.type === 'fold.done')
    .map(({ at, body }) => ({
      trial: Number(body.trial),
      fold: Number(body.fold),
      status: String(body.status),
      score: typeof body.score === 'number' ? sign * body.score : null,
      at: Math.max(0, (at - beganAt) / 1000),
      fitS: Number(body.fit_s ?? 0),
      totalS: Number(body.total_s ?? 0),
    }));
}

export interface BestPoint {
  x: number;
  y: number;
  trial: number;
}

/** The best trial so far, over time. A trial counts by the mean of its folds once it has `foldsPerTrial` of them. */
export function bestOverTime(
  folds: readonly FoldPoint[],
  foldsPerTrial: number,
  greaterIsBetter: boolean,
): BestPoint[] {
  const known = new Map<number, Map<number, number>>();
  const line: BestPoint[] = [];
  for (const { trial, fold, score, at } of folds) {
    if (score === null) continue;
    const scores = known.get(trial) ?? new Map<number, number>();
    known.set(trial, scores.set(fold, score));
    if (scores.size < foldsPerTrial) continue;
    const mean = [...scores.values()].reduce((sum, each) => sum + each, 0) / scores.size;
    const last = line.at(-1);
    if (!last || (greaterIsBetter ? mean > last.y : mean < last.y)) line.push({ x: at, y: mean, trial });
  }
  return line;
}

/** Share of the CPU time so far that folds have used, 0 to 1; null before there is any. */
export function busyShare(folds: readonly FoldPoint[], cpus: number | null, seconds: number): number | null {
  if (!cpus || seconds <= 0 || folds.length === 0) return null;
  return Math.min(1, folds.reduce((sum, fold) => sum + fold.totalS, 0) / (cpus * seconds));
}
