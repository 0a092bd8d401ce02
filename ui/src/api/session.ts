/** Who is signed in. The key or code goes to the service once; what stays is a cookie that no script can read. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { asApiError } from './errors';

export interface Session {
  signed_in: boolean;
  /** `key`: sent with each request; `session`: the cookie. */
  by: 'session' | 'key' | null;
  scopes: string[];
  expires_at: string | null;
}

const KEY = ['session'];

export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Session>('/v1/session', undefined, signal),
    staleTime: 60_000,
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: { code: string } | { key: string }) => api.post<Session>('/v1/session', given),
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete('/v1/session'),
    onSuccess: async () => {
      // An answer from before, still on its way, would say "signed in" after this.
      await client.cancelQueries();
      client.setQueryData<Session>(KEY, { signed_in: false, by: null, scopes: [], expires_at: null });
      // Nothing of what was seen stays behind.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
    },
  });
}

/** To be told of each refusal: whoever is refused for want of a key may be signed out by now (ended, or elsewhere). */
export function doubtSession(client: QueryClient, error: unknown): void {
  if (asApiError(error).status === 401) void client.invalidateQueries({ queryKey: KEY });
}

/** The one-time code of the printed address, taken out of the address at once so that it stays nowhere. */
export function takeCode(): string | null {
  const found = /^#code=([\w-]+)$/.exec(window.location.hash);
  if (!found) return null;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return found[1] ?? null;
}
