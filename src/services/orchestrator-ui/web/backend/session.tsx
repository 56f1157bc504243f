import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { logIn, logOut, refresh, type User } from './client.ts';

interface Session {
  readonly state: 'unknown' | 'known';
  readonly user: User | undefined;
  readonly enter: (username: string, password: string) => Promise<void>;
  readonly leave: () => Promise<void>;
}

const Context = createContext<Session | undefined>(undefined);

/** Who is logged in; a reload finds that out by the cookie. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<Session['state']>('unknown');
  const [user, setUser] = useState<User>();
  const queries = useQueryClient();
  useEffect(() => {
    refresh()
      .then(setUser, () => undefined)
      .finally(() => setState('known'));
  }, []);
  const session = useMemo(
    (): Session => ({
      state,
      user,
      enter: async (username, password) => setUser(await logIn(username, password)),
      leave: async () => {
        await logOut();
        queries.clear();
        setUser(undefined);
      },
    }),
    [state, user, queries],
  );
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (session === undefined) throw new Error('no SessionProvider above');
  return session;
}
