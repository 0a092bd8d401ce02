import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import { asApiError } from '@/api/errors';
import { doubtSession } from '@/api/session';
import { AnnouncerProvider } from '@/components/Announcer';
import { useWords } from '@/i18n/useWords';
import { AppTheme } from '@/theme/AppTheme';
import { Gate } from './Gate';

/** Reads are asked twice more when the service was away or busy; what it has refused stays refused. */
export function makeClient(): QueryClient {
  const onError = (error: unknown): void => doubtSession(client, error);
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        networkMode: 'always',
        retry: (failures, error) => {
          const { status } = asApiError(error);
          return failures < 2 && (status === 429 || status >= 502);
        },
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

const client = makeClient();

export function App({ code }: { code: string | null }) {
  const { language } = useWords();
  return (
    <AppTheme language={language}>
      <QueryClientProvider client={client}>
        <AnnouncerProvider>
          <BrowserRouter>
            <Gate code={code} />
          </BrowserRouter>
        </AnnouncerProvider>
      </QueryClientProvider>
    </AppTheme>
  );
}
