import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startLanguage } from '@/i18n/setup';
import { server } from './server';

// Waits for what comes, on a busy machine too.
configure({ asyncUtilTimeout: 30_000 });

beforeAll(async () => {
  server.listen({ onUnhandledRequest: 'error' });
  // Node's fetch knows no page to take addresses from, and takes no signal of jsdom's making.
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const { signal, ...rest } = init ?? {};
    signal?.throwIfAborted();
    const answer = real(new URL(String(input), window.location.href), rest);
    if (!signal) return answer;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([answer, aborted]);
  };
  await startLanguage();
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
});
afterAll(() => server.close());
