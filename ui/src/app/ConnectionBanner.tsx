import Alert from '@mui/material/Alert';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { send } from '@/api/client';
import { useAnnouncer } from '@/components/Announcer';
import { useWords } from '@/i18n/useWords';
import { useConnectionLost } from '@/lib/connection';

const LOOK_MS = 2_000;

/** Says that the service is away; looks for it until it is back, then has everything asked again. */
export function ConnectionBanner() {
  const { t } = useWords();
  const client = useQueryClient();
  const { toast } = useAnnouncer();
  const lost = useConnectionLost();
  useEffect(() => {
    if (!lost) return;
    const look = async () => {
      try {
        // Any answer sets the connection right; a gateway's own error is no answer of the service.
        const answer = await send('GET', '/health/live');
        if (!answer.ok) return;
        toast({ text: t('shell:connection.back') });
        client.invalidateQueries();
      } catch {
        // Still away; the next look comes.
      }
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [lost, client, toast, t]);
  if (!lost) return null;
  return (
    <Alert severity="warning" variant="filled" role="alert" sx={{ borderRadius: 0 }}>
      {t('shell:connection.lost')}
    </Alert>
  );
}
