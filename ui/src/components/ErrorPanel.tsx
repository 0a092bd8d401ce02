import { mdiRefresh } from '@mdi/js';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { asApiError } from '@/api/errors';
import { useWords } from '@/i18n/useWords';
import { CopyButton } from './CopyButton';
import { Icon } from './Icon';

interface Props {
  error: unknown;
  /** What could not be done, as a sentence: “The job could not be loaded”. */
  title?: string;
  /** What stayed as it was. Left out for mere reads, where nothing could have changed. */
  unchanged?: string;
  onRetry?: () => void;
}

/** An error as a person can use it: subject, cause, places, what stayed unchanged, the next step, the request's id. */
export function ErrorPanel({ error, title, unchanged, onRetry }: Props) {
  const { t, format } = useWords();
  const problem = asApiError(error);
  const cause = problem.isUnreachable ? t('shell:error.unreachable') : problem.detail;
  const hint = problem.isUnreachable ? t('shell:error.unreachableHint') : problem.hint;
  const details = [
    `code: ${problem.code}`,
    `status: ${problem.status}`,
    `request: ${problem.requestId}`,
    problem.detail,
  ];
  return (
    <Alert severity="error" variant="outlined" sx={{ bgcolor: 'background.paper', overflowWrap: 'anywhere' }}>
      <AlertTitle>{title ?? t('shell:error.title')}</AlertTitle>
      <Typography variant="body2">{cause}</Typography>
      {problem.places.length > 0 && (
        <Box component="ul" sx={{ my: 0.5, pl: 2.5 }}>
          {problem.places.slice(0, 10).map((place) => (
            <li key={JSON.stringify(place)}>
              {[
                place.row !== undefined && t('shell:error.row', { row: format.integer(place.row) }),
                place.column !== undefined && t('shell:error.column', { column: place.column }),
                place.byte !== undefined && t('shell:error.byte', { byte: format.integer(place.byte) }),
                place.field,
              ]
                .filter(Boolean)
                .join(', ')}
              {': '}
              {place.message}
              {place.sample !== undefined && <code> {place.sample}</code>}
            </li>
          ))}
        </Box>
      )}
      {hint && <Typography variant="body2">{hint}</Typography>}
      {unchanged && (
        <Typography variant="body2" color="textSecondary">
          {unchanged}
        </Typography>
      )}
      <Stack direction="row" sx={{ mt: 1, gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        {onRetry && (
          <Button size="small" startIcon={<Icon path={mdiRefresh} />} onClick={onRetry}>
            {t('shell:error.again')}
          </Button>
        )}
        {problem.requestId && (
          <Typography variant="caption" color="textSecondary">
            {t('shell:error.requestId', { id: problem.requestId })}
          </Typography>
        )}
        {problem.code !== 'unreachable' && (
          <CopyButton text={details.join('\n')} label={t('shell:error.copyDiagnostics')} />
        )}
      </Stack>
    </Alert>
  );
}
