import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** Sets these values in the address; null takes one out. */
export type SetAddress = (values: Readonly<Record<string, string | null>>) => void;

/** What a screen keeps in the address: read it, and change single values of it, without a step to go back by. */
export function useAddress(): [URLSearchParams, SetAddress] {
  const [address, replace] = useSearchParams();
  const set = useCallback<SetAddress>(
    (values) => {
      // Two quick changes come before the first is drawn: the address itself is asked, not what was drawn of it.
      const now = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(values)) {
        if (value === null) now.delete(name);
        else now.set(name, value);
      }
      replace(now, { replace: true, preventScrollReset: true });
    },
    [replace],
  );
  return [address, set];
}
