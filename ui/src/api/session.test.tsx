import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { makeClient } from '@/app/App';
import { server } from '@/test/server';
import { api } from './client';
import { useSession, useSignOut } from './session';

const SIGNED_IN = { signed_in: true, by: 'session', scopes: ['read'], expires_at: null };
const SIGNED_OUT = { signed_in: false, by: null, scopes: [], expires_at: null };

function inApp() {
  const client = makeClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return { client, wrapper };
}

test('an answer from before the sign-out does not sign in again', async () => {
  const slow: (() => void)[] = [];
  let asked = 0;
  server.use(
    http.get('/v1/session', async () => {
      asked += 1;
      if (asked > 1) await new Promise<void>((resolve) => slow.push(resolve));
      return HttpResponse.json(SIGNED_IN);
    }),
    http.delete('/v1/session', () => new HttpResponse(null, { status: 204 })),
  );
  const { client, wrapper } = inApp();
  const { result } = renderHook(() => ({ session: useSession(), signOut: useSignOut() }), { wrapper });
  await waitFor(() => expect(result.current.session.data?.signed_in).toBe(true));
  void client.invalidateQueries();
  await waitFor(() => expect(slow).toHaveLength(1));
  await act(() => result.current.signOut.mutateAsync());
  for (const answer of slow) answer();
  await waitFor(() => expect(client.isFetching()).toBe(0));
  expect(result.current.session.data?.signed_in).toBe(false);
});

test('a refusal for want of a key asks anew who is signed in', async () => {
  let ended = false;
  server.use(
    http.get('/v1/session', () => HttpResponse.json(ended ? SIGNED_OUT : SIGNED_IN)),
    http.get('/v1/jobs', () =>
      HttpResponse.json({ code: 'unauthenticated', detail: 'This needs an API key.' }, { status: 401 }),
    ),
  );
  const { wrapper } = inApp();
  const { result, rerender } = renderHook(
    ({ on }: { on: boolean }) => ({
      session: useSession(),
      jobs: useQuery({ queryKey: ['jobs'], queryFn: () => api.get('/v1/jobs'), enabled: on }),
    }),
    { wrapper, initialProps: { on: false } },
  );
  await waitFor(() => expect(result.current.session.data?.signed_in).toBe(true));
  ended = true;
  rerender({ on: true });
  await waitFor(() => expect(result.current.session.data?.signed_in).toBe(false));
});
