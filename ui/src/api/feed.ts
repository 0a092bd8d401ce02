/**
 * One event feed for all tabs of this browser: the tab that holds the lock reads `/v1/events`, the others hear it over
 * a channel. Where the service has no feed, `useLive` says so and queries ask again at intervals.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { readPreference, writePreference } from '@/lib/storage';
import { ApiError } from './errors';
import { follow, type StreamEvent } from './stream';

const NAME = 'automl.feed';
// Many events come at once; a list is read again this often at most.
const QUIET_MS = 300;

let live = false;
const watchers = new Set<() => void>();
const hearers = new Set<(event: StreamEvent) => void>();

function setLive(value: boolean): void {
  if (live === value) return;
  live = value;
  for (const tell of watchers) tell();
}

function watch(listener: () => void): () => void {
  watchers.add(listener);
  return () => watchers.delete(listener);
}

/** Whether events come by themselves; otherwise whoever shows something that moves asks at intervals. */
export function useLive(): boolean {
  return useSyncExternalStore(watch, () => live);
}

/** Milliseconds between two looks at something that moves: rarely while the feed is live, often without it. */
export function useRefresh(moves: boolean): number | false {
  const isLive = useLive();
  if (!moves) return false;
  return isLive ? 5_000 : 1_000;
}

const MANY_PAGES = 3;

/** Whether so many pages of a list are loaded that asking for them all at each event would be too much. */
export function isLong({ state }: { state: { data?: unknown } }): boolean {
  const pages = (state.data as { pages?: unknown[] } | undefined)?.pages;
  return Array.isArray(pages) && pages.length > MANY_PAGES;
}

/** Ask again for what begins with this key and is shown, long lists apart: those are asked for at intervals. */
export function refreshShown(client: QueryClient, queryKey: readonly string[]): void {
  void client.invalidateQueries({ queryKey, predicate: (query) => !isLong(query) });
}

/** Hear each event of the feed (durable events and signals of all jobs and datasets of this tenant). */
export function onFeed(listener: (event: StreamEvent) => void): () => void {
  hearers.add(listener);
  return () => hearers.delete(listener);
}

type Message = { kind: 'event'; event: StreamEvent } | { kind: 'state'; open: boolean };

/** Start it; the answer ends it. */
export function startFeed(client: QueryClient): () => void {
  const stop = new AbortController();
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NAME);
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const refresh = () => {
    timer = undefined;
    const kinds = new Set([...touched].map((id) => id.split('_')[0]));
    for (const id of touched) {
      for (const kind of ['job', 'dataset', 'model']) refreshShown(client, [kind, id]);
    }
    touched.clear();
    if (kinds.has('job')) refreshShown(client, ['jobs']);
    if (kinds.has('job') || kinds.has('ds')) refreshShown(client, ['datasets']);
    if (kinds.has('job') || kinds.has('mdl')) refreshShown(client, ['models']);
  };

  const hear = (event: StreamEvent) => {
    for (const tell of hearers) tell(event);
    const body = event.data as { key?: string; id?: string; job_id?: string; dataset_id?: string } | null;
    for (const id of [body?.key, body?.id, body?.job_id, body?.dataset_id]) if (id) touched.add(id);
    if (touched.size) timer ??= setTimeout(refresh, QUIET_MS);
  };

  const lead = async () => {
    try {
      await follow('/v1/events', {
        signal: stop.signal,
        endless: true,
        lastEventId: readPreference('feed') ?? undefined,
        onEvent: (event) => {
          if (event.id) writePreference('feed', event.id);
          hear(event);
          channel?.postMessage({ kind: 'event', event } satisfies Message);
        },
        onState: (open) => {
          setLive(open);
          // What happened meanwhile was not heard.
          if (open) client.invalidateQueries();
          channel?.postMessage({ kind: 'state', open } satisfies Message);
        },
      });
    } catch (error) {
      // An id of an older life of the service, or no feed at all: questions at intervals do.
      if (error instanceof ApiError && error.status === 422) writePreference('feed', '');
    }
    setLive(false);
  };

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'event') {
        setLive(true);
        hear(data.event);
      } else {
        setLive(data.open);
      }
    };
  }
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  if (locks && channel) {
    locks.request(NAME, { signal: stop.signal }, lead).catch(() => undefined);
  } else {
    void lead();
  }
  return () => {
    stop.abort();
    clearTimeout(timer);
    channel?.close();
    setLive(false);
  };
}
