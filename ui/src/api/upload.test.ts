import { File as NodeFile } from 'node:buffer';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { server } from '@/test/server';
import { uploadFile } from './upload';

/** A service that keeps parts, and fails at the given attempts. */
function service(failing: number[] = []) {
  const kept = new Map<number, { size_bytes: number; sha256: string; text: string }>();
  const seen = { puts: 0, opened: 0, completed: 0 };
  server.use(
    http.post('/v1/datasets', async ({ request }) => {
      seen.opened += 1;
      expect(request.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
      return HttpResponse.json({ id: 'ds_a', state: 'uploading' }, { status: 201 });
    }),
    http.get('/v1/datasets/ds_a', () => HttpResponse.json({ id: 'ds_a', state: 'uploading' })),
    http.get('/v1/datasets/ds_a/parts', () =>
      HttpResponse.json([...kept].map(([number, { size_bytes, sha256 }]) => ({ number, size_bytes, sha256 }))),
    ),
    http.put('/v1/datasets/ds_a/parts/:number', async ({ request, params }) => {
      seen.puts += 1;
      if (failing.includes(seen.puts)) return HttpResponse.json({ code: 'x', detail: 'no' }, { status: 422 });
      const text = await request.text();
      const sha256 = request.headers.get('X-Content-SHA256') ?? '';
      kept.set(Number(params.number), { size_bytes: text.length, sha256, text });
      return HttpResponse.json({});
    }),
    http.post('/v1/datasets/ds_a/complete', async ({ request }) => {
      seen.completed += 1;
      expect(await request.json()).toEqual({ size_bytes: 10 });
      return HttpResponse.json({ id: 'ds_a', state: 'processing' }, { status: 202 });
    }),
  );
  return { kept, seen };
}

// The stand-in browser's own files give bytes that Node's hashing does not take.
const fileOf = (name: string, lastModified: number) =>
  new NodeFile(['0123456789'], name, { lastModified }) as unknown as File;
const options = () => ({ signal: new AbortController().signal, onProgress: () => undefined, partBytes: 4 });

test('a file goes in hashed parts, and progress is what has arrived', async () => {
  const { kept, seen } = service();
  const progress: number[] = [];
  const file = fileOf('a.csv', 1);
  const made = await uploadFile(file, { ...options(), onProgress: (bytes) => progress.push(bytes) });
  expect(made.state).toBe('processing');
  expect([...kept.values()].map(({ text }) => text)).toEqual(['0123', '4567', '89']);
  expect(kept.get(0)?.sha256).toBe('1be2e452b46d7a0d9656bbb1f768e8248eba1b75baed65f5d99eafa948899a6a');
  expect(progress).toEqual([4, 8, 10]);
  expect(seen).toEqual({ puts: 3, opened: 1, completed: 1 });
});

test('after a cut only what is missing is sent', async () => {
  const { kept, seen } = service([2]);
  const file = fileOf('b.csv', 2);
  await expect(uploadFile(file, options())).rejects.toThrow('no');
  expect(seen).toEqual({ puts: 2, opened: 1, completed: 0 });
  await uploadFile(file, options());
  expect(seen).toEqual({ puts: 4, opened: 1, completed: 1 });
  expect([...kept].sort().map(([, { text }]) => text)).toEqual(['0123', '4567', '89']);
});
