/** The one way to the service: JSON in and out, problems as ApiError, an Idempotency-Key on whatever creates. */
import { reportAnswer } from '@/lib/connection';
import { randomName } from '@/lib/random';
import { ApiError, type Place } from './errors';

type Query = Record<string, string | number | boolean | null | undefined>;

export interface Request {
  query?: Query;
  /** Sent as JSON, unless it is bytes already. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** For POSTs that create. The same key again means the same thing: keep it when a person retries. */
  idempotencyKey?: string;
}

function address(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return pairs.length ? `${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : path;
}

async function problemOf(answer: Response): Promise<ApiError> {
  const requestId = answer.headers.get('X-Request-ID') ?? '';
  const after = Number(answer.headers.get('Retry-After'));
  const retryAfterS = Number.isFinite(after) && after > 0 ? after : null;
  try {
    const body = (await answer.json()) as { code: string; detail: string; hint?: string; errors?: Place[] };
    const { code, detail, hint, errors: places } = body;
    return new ApiError({ status: answer.status, code, detail, hint, places, requestId, retryAfterS });
  } catch {
    // A proxy in between answered in its own words.
    const detail = `${answer.status} ${answer.statusText}`.trim();
    return new ApiError({ status: answer.status, code: 'http', detail, requestId, retryAfterS });
  }
}

/** A request whose answer is at hand, whatever its status; ApiError `unreachable` when there is none. */
export async function send(method: string, path: string, request: Request = {}): Promise<Response> {
  const { body, query, signal } = request;
  const kind = Object.prototype.toString.call(body);
  const isRaw = typeof body === 'string' || kind === '[object ArrayBuffer]' || /^\[object (Blob|File)\]$/.test(kind);
  const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
  if (body !== undefined && !isRaw) headers['Content-Type'] = 'application/json';
  if (request.idempotencyKey) headers['Idempotency-Key'] = request.idempotencyKey;
  try {
    const answer = await fetch(address(path, query), {
      method,
      headers,
      signal,
      credentials: 'same-origin',
      body: body === undefined ? undefined : isRaw ? (body as BodyInit) : JSON.stringify(body),
    });
    reportAnswer(true);
    return answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    reportAnswer(false);
    throw new ApiError({ status: 0, code: 'unreachable', detail: 'The service does not answer.' });
  }
}

async function call<T>(method: string, path: string, request: Request = {}): Promise<T> {
  const answer = await send(method, path, request);
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export { problemOf };

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, request: Request = {}) => call<T>('POST', path, { ...request, body }),
  /** A POST that makes something new. */
  create: <T>(path: string, body?: unknown, request: Request = {}) =>
    call<T>('POST', path, { ...request, body, idempotencyKey: request.idempotencyKey ?? randomName() }),
  put: <T>(path: string, body?: unknown, request: Request = {}) => call<T>('PUT', path, { ...request, body }),
  patch: <T>(path: string, body?: unknown) => call<T>('PATCH', path, { body }),
  delete: (path: string) => call<void>('DELETE', path),
};

/** The part of an address that names a thing. */
export const seg = (value: string | number): string => encodeURIComponent(String(value));
