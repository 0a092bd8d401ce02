import { mdiAlertOutline, mdiInformationOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { Failure, Finding } from '@/api/types';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

interface Place {
  message?: string;
  column?: string;
  row?: number;
  byte?: number;
  sample?: string;
}

/** Why a file could not be read: the reason, and each place. */
export function Rejected({ failure }: { failure: Failure | null }) {
  const { t, format } = useWords();
  const places = (failure?.errors ?? []) as Place[];
  return (
    <Alert severity="error" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper', overflowWrap: 'anywhere' }}>
      <AlertTitle>{t('dataset:rejected')}</AlertTitle>
      <Typography variant="body2">{failure?.detail}</Typography>
      {places.length > 0 && (
        <Box component="ul" sx={{ my: 0.5, pl: 2.5 }}>
          {places.map((place) => (
            <li key={JSON.stringify(place)}>
              {[
                place.row !== undefined && t('shell:error.row', { row: format.integer(place.row) }),
                place.column !== undefined && t('shell:error.column', { column: place.column }),
                place.byte !== undefined && t('shell:error.byte', { byte: format.integer(place.byte) }),
                place.message,
              ]
                .filter(Boolean)
                .join(': ')}
              {place.sample !== undefined && <code> {place.sample}</code>}
            </li>
          ))}
        </Box>
      )}
      {failure?.hint && <Typography variant="body2">{failure.hint}</Typography>}
      <Typography variant="body2" color="textSecondary">
        {t('dataset:rejectedKept')}
      </Typography>
    </Alert>
  );
}

/** The ingest report: every change and oddity, with examples. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const { t, format } = useWords();
  return (
    <Section title={t('dataset:reading.report')}>
      {findings.length === 0 ? (
        <Typography color="textSecondary">{t('dataset:reading.clean')}</Typography>
      ) : (
        <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0, gap: 1 }}>
          {findings.map((finding) => (
            <Box component="li" key={`${finding.code}-${finding.column}`} sx={{ display: 'flex', gap: 1 }}>
              <Icon
                path={finding.level === 'warn' ? mdiAlertOutline : mdiInformationOutline}
                color={finding.level === 'warn' ? 'warning' : 'info'}
              />
              <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                <Typography variant="body2">
                  {finding.column && <strong>{finding.column}: </strong>}
                  {finding.message}
                  {finding.count !== undefined && ` (${format.integer(finding.count)})`}
                </Typography>
                {finding.examples && (
                  <Typography variant="caption" color="textSecondary">
                    {t('dataset:reading.examples')} <code>{finding.examples.join(' · ')}</code>
                  </Typography>
                )}
              </Box>
            </Box>
          ))}
        </Stack>
      )}
    </Section>
  );
}
