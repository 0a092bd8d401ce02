import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import { useSignIn } from '@/api/session';
import { ErrorPanel } from '@/components/ErrorPanel';
import { useWords } from '@/i18n/useWords';
import { ConnectionBanner } from './ConnectionBanner';
import { LanguageMenu } from './Menus';

export function SignIn({ codeFailed }: { codeFailed: unknown }) {
  const { t } = useWords();
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ key: key.trim() }, { onSettled: () => setKey('') });
  };
  return (
    <Box component="main" sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 2 }}>
      <Paper sx={{ p: 3, width: '100%', maxWidth: 440 }}>
        <ConnectionBanner />
        <Stack component="form" onSubmit={submit} sx={{ gap: 2 }}>
          <Stack direction="row" sx={{ justifyContent: 'space-between', alignItems: 'center' }}>
            <Typography variant="h1">{t('shell:signIn.title')}</Typography>
            <LanguageMenu />
          </Stack>
          <Typography variant="body2">{t('shell:signIn.why')}</Typography>
          {codeFailed !== null && !signIn.isError && <Alert severity="warning">{t('shell:signIn.codeFailed')}</Alert>}
          <TextField
            label={t('shell:signIn.key')}
            helperText={t('shell:signIn.keyHint')}
            type="password"
            autoComplete="off"
            required
            autoFocus
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
          <Button type="submit" variant="contained" disabled={signIn.isPending || key.trim() === ''}>
            {signIn.isPending ? t('shell:signIn.working') : t('shell:signIn.submit')}
          </Button>
          {signIn.error && <ErrorPanel error={signIn.error} />}
          <Typography variant="body2" color="textSecondary">
            {t('shell:signIn.code')}
          </Typography>
        </Stack>
      </Paper>
    </Box>
  );
}
