/** Lists that are searched on the service, which looks at so many things at once: a page may be short though more fit. */
import { useEffect } from 'react';

const ENOUGH = 30;

interface Pages {
  hasNextPage: boolean;
  isFetching: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
}

/** Asks on while somebody searches and there is little to see. count: what there is; enough: what one wants to see. */
export function useEnough(pages: Pages, count: number, searches: boolean, enough = ENOUGH): void {
  const { hasNextPage, isFetching, error, fetchNextPage } = pages;
  useEffect(() => {
    if (searches && count < enough && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [searches, count, enough, hasNextPage, isFetching, error, fetchNextPage]);
}
