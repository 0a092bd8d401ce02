/** Server-sent events over fetch: comes back after a cut with the last id it got, until the service says it is over. */
import { problemOf, send } from './client';
import { ApiError } from './errors';

export interface StreamEvent {
  id: string | null;
  type: string;
  data: unknown;
}

export interface StreamOptions {
  signal: AbortSignal;
  onEvent: (event: StreamEvent) => void;
  /** True whenever the stream is open, false while it is being opened again. */
  onState?: (open: boolean) => void;
  lastEventId?: string;
  /** Comes back also after an orderly end; for feeds, which have none. */
  endless?: boolean;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Splits text into events as it comes; gives the id that stands after them. */
export class EventParser {
  private rest = '';
  lastId: string | null = null;

  push(text: string): StreamEvent[] {
    this.rest += text.replaceAll('\r\n', '\n');
    const blocks = this.rest.split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => this.one(block));
  }

  private one(block: string): StreamEvent[] {
    let type = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const at = line.indexOf(':');
      if (at === 0) continue;
      const name = at < 0 ? line : line.slice(0, at);
      const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
      if (name === 'event') type = value;
      else if (name === 'data') data.push(value);
      else if (name === 'id') this.lastId = value;
    }
    return data.length ? [{ id: this.lastId, type, data: JSON.parse(data.join('\n')) as unknown }] : [];
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Follows until aborted or over. ApiError: refused for good (no such thing, signed out). */
export async function follow(path: string, options: StreamOptions): Promise<void> {
  const { signal, onEvent, onState } = options;
  let lastId = options.lastEventId ?? null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (lastId) headers['Last-Event-ID'] = lastId;
      const answer = await send('GET', path, { headers, signal });
      if (answer.status === 204) return;
      if (!answer.ok) throw await problemOf(answer);
      if (!answer.body) return;
      onState?.(true);
      const parser = new EventParser();
      parser.lastId = lastId;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        failures = 0;
        for (const event of parser.push(value)) {
          lastId = event.id ?? lastId;
          onEvent(event);
        }
        lastId = parser.lastId ?? lastId;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && [401, 403, 404, 422].includes(error.status)) throw error;
      failures += 1;
    }
    if (signal.aborted) return;
    onState?.(false);
    // After an orderly end the next answer is 204 when the job is over.
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), signal);
  }
}
