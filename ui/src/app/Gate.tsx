import Box from '@mui/material/Box';
import { useEffect, useRef } from 'react';
import { useSession, useSignIn } from '@/api/session';
import { LoadingState } from '@/components/States';
import { ConnectionBanner } from './ConnectionBanner';
import { Shell } from './Shell';
import { SignIn } from './SignIn';

/** Lets in who is signed in; exchanges the address's one-time code first. */
export function Gate({ code }: { code: string | null }) {
  const session = useSession();
  const signIn = useSignIn();
  const tried = useRef(false);
  const { mutate } = signIn;
  const known = session.data !== undefined;
  const signedIn = session.data?.signed_in === true;
  useEffect(() => {
    if (code === null || tried.current || !known || signedIn) return;
    tried.current = true;
    mutate({ code });
  }, [code, known, signedIn, mutate]);

  if (signedIn) return <Shell />;
  const trying = code !== null && known && !signIn.isError && !signIn.isSuccess;
  if (!known || trying || signIn.isPending) {
    return (
      <Box component="main" sx={{ maxWidth: 480, mx: 'auto', p: 4 }}>
        <ConnectionBanner />
        <LoadingState />
      </Box>
    );
  }
  return <SignIn codeFailed={signIn.isError ? signIn.error : null} />;
}
