/** Where the report keeps what its reader has set: the address in the page, memory in a file. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

export interface Place {
  get: (name: string) => string | null;
  set: (values: Record<string, string | null>) => void;
  /** Whether other screens can be reached. */
  linked: boolean;
}

const Context = createContext<Place>({ get: () => null, set: () => undefined, linked: false });

export const usePlace = (): Place => useContext(Context);
export const PlaceProvider = Context.Provider;

/** A place that lasts as long as the file is open. */
export function MemoryPlace({ children }: { children: ReactNode }) {
  const [values, setValues] = useState<Record<string, string | null>>({});
  const place = useMemo<Place>(
    () => ({
      get: (name) => values[name] ?? null,
      set: (more) => setValues((old) => ({ ...old, ...more })),
      linked: false,
    }),
    [values],
  );
  return <PlaceProvider value={place}>{children}</PlaceProvider>;
}
