import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { Explanation } from '@/api/reports';
import type { ModelVersion, Prediction } from '@/api/types';
import { Section } from '@/components/Section';
import { EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { flagsOf, ranked } from './row';
import { Why } from './Why';

interface Props {
  version: ModelVersion;
  prediction: Prediction | undefined;
  isPending: boolean;
  explain: { data: Explanation | undefined; error: unknown; isPending: boolean };
}

/** What the model says to one row. */
export function Answer({ version, prediction, isPending, explain }: Props) {
  const { t, format } = useWords();
  if (!prediction) {
    return (
      <Section title={t('predict:answer.title')}>
        {isPending ? (
          <LoadingState lines={3} />
        ) : (
          <EmptyState title={t('predict:answer.none')}>{t('predict:answer.noneWhy')}</EmptyState>
        )}
      </Section>
    );
  }
  const value = prediction.predictions[0];
  const probabilities = prediction.probabilities?.[0];
  const interval = prediction.intervals?.[0];
  const { unseen, other } = flagsOf(prediction.flags?.[0] ?? []);
  return (
    <>
      <Section title={t('predict:answer.title')}>
        <Typography variant="body2" color="textSecondary">
          {version.target}
        </Typography>
        <Typography
          component="p"
          className="tabular"
          data-testid="prediction"
          sx={{ fontSize: '1.9rem', fontWeight: 650, lineHeight: 1.2, overflowWrap: 'anywhere' }}
        >
          {typeof value === 'number' ? format.number(value, 6) : String(value)}
        </Typography>
        {interval && (
          <Typography variant="body2" className="tabular" color="textSecondary">
            {t('predict:answer.interval', { low: format.number(interval[0], 5), high: format.number(interval[1], 5) })}
          </Typography>
        )}
        {probabilities && <Probabilities shares={probabilities} />}
        <Stack sx={{ gap: 1, mt: 1.5, '&:empty': { display: 'none' } }}>
          {unseen.map((column) => (
            <Alert key={column} severity="warning" variant="outlined">
              {t('predict:answer.unseen', { column })}
            </Alert>
          ))}
          {[...other, ...prediction.warnings].map((text) => (
            <Alert key={text} severity="info" variant="outlined">
              {text}
            </Alert>
          ))}
        </Stack>
      </Section>
      <Why {...explain} />
    </>
  );
}

/** A bar for each class; the rarest are summed up. */
function Probabilities({ shares }: { shares: Record<string, number> }) {
  const { t, format } = useWords();
  const rest = Object.keys(shares).length - 11;
  return (
    <Box
      component="dl"
      aria-label={t('predict:answer.probabilities')}
      sx={{
        m: 0,
        mt: 1.5,
        display: 'grid',
        gridTemplateColumns: 'fit-content(40%) minmax(60px, 1fr) max-content',
        gap: 0.75,
        columnGap: 1.5,
        alignItems: 'center',
      }}
    >
      {ranked(shares).map(([name, share]) => (
        <Box key={name ?? '…'} sx={{ display: 'contents' }}>
          <Typography component="dt" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {name ?? t('predict:answer.otherClasses', { count: rest })}
          </Typography>
          <Box component="dd" aria-hidden sx={{ m: 0, height: 12, borderRadius: 1, bgcolor: 'action.hover' }}>
            <Box sx={{ width: `${share * 100}%`, minWidth: 2, height: 1, borderRadius: 1, bgcolor: 'primary.main' }} />
          </Box>
          <Typography component="dd" variant="body2" className="tabular" sx={{ m: 0, textAlign: 'right' }}>
            {format.percent(share)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
