import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { server } from '@/test/server';
import { EventParser, follow } from './stream';

test('events come whole, however the bytes are cut', () => {
  const text = ': heartbeat\n\nretry: 1000\n\nid: 7\nevent: fold.ended\ndata: {"a":1}\n\ndata: 2\n\n';
  for (let cut = 1; cut < text.length; cut += 1) {
    const parser = new EventParser();
    const seen = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    expect(seen).toEqual([
      { id: '7', type: 'fold.ended', data: { a: 1 } },
      { id: '7', type: 'message', data: 2 },
    ]);
  }
});

test('after a cut it comes back with the last id, and ends when the service says so', async () => {
  const asked: (string | null)[] = [];
  const frames = [`id: 1\nevent: a\ndata: 1\n\nid: 2\nevent: a\ndata: 2\n\n`, `id: 3\nevent: b\ndata: 3\n\n`];
  server.use(
    http.get('/v1/jobs/j/events', ({ request }) => {
      asked.push(request.headers.get('Last-Event-ID'));
      const text = frames.shift();
      return text ? new HttpResponse(text) : new HttpResponse(null, { status: 204 });
    }),
  );
  const seen: unknown[] = [];
  await follow('/v1/jobs/j/events', {
    signal: new AbortController().signal,
    onEvent: ({ data }) => seen.push(data),
  });
  expect(seen).toEqual([1, 2, 3]);
  expect(asked).toEqual([null, '2', '3']);
});

test('what is refused for good is not asked again', async () => {
  let asked = 0;
  server.use(
    http.get('/v1/jobs/j/events', () => {
      asked += 1;
      return HttpResponse.json({ code: 'not_found', detail: 'There is no job with this id.' }, { status: 404 });
    }),
  );
  const signal = new AbortController().signal;
  await expect(follow('/v1/jobs/j/events', { signal, onEvent: () => undefined })).rejects.toThrow('no job');
  expect(asked).toBe(1);
});
