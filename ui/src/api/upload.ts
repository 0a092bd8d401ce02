/** Sends a file in hashed parts; after a cut, the parts that have arrived are not sent again. */

import { randomName } from '@/lib/random';
import { sha256Hex } from '@/lib/sha256';
import { readPreference, writePreference } from '@/lib/storage';
import { api, seg } from './client';
import { asApiError } from './errors';
import type { Dataset } from './types';

export const PART_BYTES = 8 * 1024 * 1024;
const TRIES = 4;
const PAUSE_MS = 800;

interface Part {
  number: number;
  size_bytes: number;
  sha256: string;
}

export interface UploadOptions {
  signal: AbortSignal;
  /** Bytes that are durable at the service so far. */
  onProgress: (sentBytes: number) => void;
  partBytes?: number;
}

/** What an interrupted upload is found again by. */
const fingerprint = (file: File): string => `upload.${file.name}.${file.size}.${file.lastModified}`;

async function begun(file: File): Promise<{ id: string; parts: Map<number, Part> }> {
  const known = readPreference(fingerprint(file));
  if (known) {
    try {
      const dataset = await api.get<Dataset>(`/v1/datasets/${seg(known)}`);
      if (dataset.state === 'uploading') {
        const parts = await api.get<Part[]>(`/v1/datasets/${seg(known)}/parts`);
        return { id: known, parts: new Map(parts.map((part) => [part.number, part])) };
      }
    } catch (error) {
      if (asApiError(error).status !== 404) throw error;
    }
  }
  const opened = await api.create<Dataset>(
    '/v1/datasets',
    { name: file.name, filename: file.name },
    { idempotencyKey: randomName() },
  );
  writePreference(fingerprint(file), opened.id);
  return { id: opened.id, parts: new Map() };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function sendPart(id: string, number: number, bytes: ArrayBuffer, signal: AbortSignal): Promise<void> {
  const digest = await sha256Hex(bytes);
  const headers: Record<string, string> = { 'Content-Type': 'application/octet-stream' };
  if (digest) headers['X-Content-SHA256'] = digest;
  for (let left = TRIES; ; left -= 1) {
    try {
      await api.put(`/v1/datasets/${seg(id)}/parts/${number}`, bytes, { headers, signal });
      return;
    } catch (error) {
      const { status, retryAfterS } = asApiError(error);
      if (signal.aborted || left <= 1 || (status !== 0 && status !== 429 && status < 500)) throw error;
      await pause(retryAfterS === null ? PAUSE_MS * (TRIES - left + 1) : retryAfterS * 1000);
    }
  }
}

/** The dataset, which is being read from then on. ApiError; an abort throws and can be taken up again. */
export async function uploadFile(file: File, options: UploadOptions): Promise<Dataset> {
  const size = options.partBytes ?? PART_BYTES;
  const { id, parts } = await begun(file);
  let sent = 0;
  const count = Math.max(1, Math.ceil(file.size / size));
  for (let number = 0; number < count; number += 1) {
    options.signal.throwIfAborted();
    const bytes = await file.slice(number * size, (number + 1) * size).arrayBuffer();
    const there = parts.get(number);
    const digest = there ? await sha256Hex(bytes) : null;
    const arrived = there !== undefined && there.size_bytes === bytes.byteLength && there.sha256 === digest;
    if (!arrived) await sendPart(id, number, bytes, options.signal);
    sent += bytes.byteLength;
    options.onProgress(sent);
  }
  const done = await api.post<Dataset>(`/v1/datasets/${seg(id)}/complete`, { size_bytes: file.size });
  writePreference(fingerprint(file), '');
  return done;
}
