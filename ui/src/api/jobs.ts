/** Steering jobs, and what their events say. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, seg } from './client';
import { asApiError } from './errors';
import { refreshShown } from './feed';
import { follow } from './stream';
import type { Job } from './types';

export interface JobEvent {
  seq: number;
  type: string;
  /** Milliseconds since 1970. */
  at: number;
  body: Record<string, unknown>;
}

const GATHER_MS = 200;

/** All durable events of a job, oldest first, and whether more are heard as they happen. */
export function useJobEvents(id: string): { events: readonly JobEvent[]; open: boolean; error: unknown } {
  const client = useQueryClient();
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    const found: JobEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    setEvents([]);
    setError(null);
    const show = () => {
      timer = undefined;
      setEvents([...found]);
      refreshShown(client, ['job', id]);
    };
    follow(`/v1/jobs/${seg(id)}/events`, {
      signal: stop.signal,
      onState: setOpen,
      onEvent: (event) => {
        const data = event.data as { seq?: number; at?: string; body?: Record<string, unknown> };
        // Signals have no number: they say what the job's document says a moment later.
        if (data.seq !== undefined && data.seq > (found.at(-1)?.seq ?? 0)) {
          found.push({ seq: data.seq, type: event.type, at: Date.parse(data.at ?? ''), body: data.body ?? {} });
        }
        timer ??= setTimeout(show, GATHER_MS);
      },
    })
      .catch((reason: unknown) => !stop.signal.aborted && setError(asApiError(reason)))
      .finally(() => !stop.signal.aborted && setOpen(false));
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, client]);
  return { events, open, error };
}

export type Steer =
  | { kind: 'stop' | 'cancel' }
  | { kind: 'extend' | 'refit'; seconds: number }
  | { kind: 'update'; name?: string; priority?: number }
  | { kind: 'delete' };

/** One thing done to a job. The answer: the job as it is then, or the new one that goes on with an ended one. */
export function useSteer(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (steer: Steer): Promise<Job | undefined> => {
      const path = `/v1/jobs/${seg(id)}`;
      if (steer.kind === 'delete') return api.delete(path).then(() => undefined);
      if (steer.kind === 'update') return api.patch<Job>(path, { name: steer.name, priority: steer.priority });
      if (steer.kind === 'extend' || steer.kind === 'refit') {
        return api.create<Job>(`${path}:${steer.kind}`, { seconds: steer.seconds });
      }
      return api.post<Job>(`${path}:${steer.kind}`);
    },
    onSuccess: (job, steer) => {
      if (job) client.setQueryData(['job', job.id], job);
      if (steer.kind === 'delete') client.removeQueries({ queryKey: ['job', id] });
      client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}
