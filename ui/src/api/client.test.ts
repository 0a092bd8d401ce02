import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { isConnectionLost } from '@/lib/connection';
import { server } from '@/test/server';
import { api } from './client';
import { ApiError } from './errors';

test('a problem becomes an error with everything a person needs', async () => {
  const places = [{ message: 'not a date', column: 'born', row: 3 }];
  server.use(
    http.get('/v1/x', () =>
      HttpResponse.json(
        { code: 'invalid', detail: 'It cannot be read.', hint: 'Look at row 3.', errors: places },
        { status: 422, headers: { 'X-Request-ID': 'req_1', 'Retry-After': '2' } },
      ),
    ),
  );
  const error = await api.get('/v1/x').catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: 'invalid',
    detail: 'It cannot be read.',
    hint: 'Look at row 3.',
    requestId: 'req_1',
    places,
    retryAfterS: 2,
  });
});

test('no answer is an error of its own, until one comes', async () => {
  server.use(http.get('/v1/x', () => HttpResponse.error()));
  await expect(api.get('/v1/x')).rejects.toMatchObject({ code: 'unreachable' });
  expect(isConnectionLost()).toBe(true);
  server.use(http.get('/v1/x', () => HttpResponse.text('<html>', { status: 502 })));
  await expect(api.get('/v1/x')).rejects.toMatchObject({ code: 'http', status: 502 });
  expect(isConnectionLost()).toBe(false);
});

test('what creates carries an Idempotency-Key, other calls do not', async () => {
  const keys: (string | null)[] = [];
  server.use(
    http.post('/v1/x', ({ request }) => {
      keys.push(request.headers.get('Idempotency-Key'));
      return HttpResponse.json({});
    }),
  );
  await api.create('/v1/x', {});
  await api.create('/v1/x', {}, { idempotencyKey: 'mine' });
  await api.post('/v1/x', {});
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.slice(1)).toEqual(['mine', null]);
});
