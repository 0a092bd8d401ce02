import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { AnnouncerProvider } from '@/components/Announcer';
import { AppTheme } from '@/theme/AppTheme';

/** Renders something as the app would: theme, words, questions without second tries, an address. */
export function show(what: ReactNode, at = '/') {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <AppTheme language="en">
      <QueryClientProvider client={client}>
        <AnnouncerProvider>
          <MemoryRouter initialEntries={[at]}>{what}</MemoryRouter>
        </AnnouncerProvider>
      </QueryClientProvider>
    </AppTheme>,
  );
}
