import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import type { SectionStatus } from '@/api/reports';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

interface Props<T> {
  id: string;
  title: string;
  section: { status: SectionStatus; reason: string | null; data: T | null };
  children: (data: T) => ReactNode;
}

/** One part of a report: what there is of it, or why there is nothing yet or at all. */
export function Part<T>({ id, title, section, children }: Props<T>) {
  const { t } = useWords();
  const { status, reason, data } = section;
  return (
    <Box id={id} sx={{ scrollMarginTop: 72, mb: 2 }}>
      <Section title={title}>
        {status === 'pending' && (
          <Box role="status" sx={{ py: 1 }}>
            <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
              {t('report:pending')}
            </Typography>
            <LinearProgress aria-label={`${title}: ${t('report:pending')}`} />
          </Box>
        )}
        {status === 'unavailable' && (
          <Alert severity="info" variant="outlined">
            {t('report:unavailable')} {reason}
          </Alert>
        )}
        {status === 'partial' && (
          <Alert severity="info" variant="outlined" sx={{ mb: 1.5, py: 0 }}>
            {t('shell:state.partial', { reason: reason ?? '' })}
          </Alert>
        )}
        {data !== null && children(data)}
      </Section>
    </Box>
  );
}

export const PAIR = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
};
