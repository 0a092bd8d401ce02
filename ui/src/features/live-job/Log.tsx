import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useSearchParams } from 'react-router';
import type { JobEvent } from '@/api/jobs';
import { Section } from '@/components/Section';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { MONO } from '@/theme/tokens';
import { isAtLeast, type Level, levelOf } from './story';

const LEVELS: Level[] = ['info', 'warning', 'error'];
const SHOWN = 200;
const COLOR = { info: 'default', warning: 'warning', error: 'error' } as const;

/** What an event says beyond its kind, in a few words. */
function detail(
  { type, body }: JobEvent,
  t: (key: string, values?: Record<string, unknown>) => string,
  format: { score: (value: number) => string; duration: (value: number) => string },
): string {
  if (type === 'fold.done') {
    const place = t('job:log.fold', { trial: body.trial, fold: Number(body.fold) + 1 });
    if (body.error) return `${place}: ${body.error}`;
    return [place, format.duration(Number(body.total_s ?? 0)), body.worker].filter(Boolean).join(', ');
  }
  const error = body.error as { detail?: string } | undefined;
  if (error?.detail) return error.detail;
  if (typeof body.reason === 'string') return body.reason;
  if (type === 'job.prepared')
    return t('job:log.prepared', { rows: body.rows, features: body.features, folds: body.folds_per_trial });
  if (type === 'job.admitted' && body.cpus) return t('job:log.cpus', { cpus: body.cpus });
  if (type === 'job.extended') return `+${format.duration(Number(body.seconds))}`;
  if (type === 'job.succeeded' && typeof body.score === 'number') return format.score(body.score);
  return '';
}

/** The newest events, of a level and graver ones. */
export function Log({ events }: { events: readonly JobEvent[] }) {
  const { t, format } = useWords();
  const [address, setAddress] = useSearchParams();
  const least = LEVELS.find((level) => level === address.get('level')) ?? 'info';
  const shown = events
    .filter((event) => isAtLeast(levelOf(event), least))
    .slice(-SHOWN)
    .reverse();
  const known = (type: string) => t(`job:event.${type.replaceAll('.', '_')}`, { defaultValue: type });
  return (
    <Section
      title={t('job:log.title')}
      actions={
        <ToggleButtonGroup
          size="small"
          exclusive
          value={least}
          aria-label={t('job:log.level')}
          onChange={(_, value: Level | null) =>
            value &&
            setAddress(
              (old) => {
                old.set('level', value);
                return old;
              },
              { replace: true },
            )
          }
        >
          {LEVELS.map((level) => (
            <ToggleButton key={level} value={level} sx={{ py: 0.25, textTransform: 'none' }}>
              {t(`job:level.${level}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      {shown.length === 0 ? (
        <EmptyState title={t('job:log.empty')} />
      ) : (
        <Box
          component="ol"
          aria-label={t('job:log.title')}
          tabIndex={0}
          sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 320, overflow: 'auto', fontSize: '0.8rem' }}
        >
          {shown.map((event) => {
            const level = levelOf(event);
            return (
              <Box
                component="li"
                key={event.seq}
                sx={{
                  display: 'flex',
                  gap: 1,
                  py: 0.25,
                  alignItems: 'baseline',
                  flexWrap: { xs: 'wrap', sm: 'nowrap' },
                }}
              >
                <Box
                  component="time"
                  dateTime={new Date(event.at).toISOString()}
                  sx={{ fontFamily: MONO, color: 'text.secondary', flexShrink: 0 }}
                >
                  {format.time(event.at)}
                </Box>
                {level !== 'info' && (
                  <Chip
                    size="small"
                    color={COLOR[level]}
                    variant="outlined"
                    label={t(`job:level.${level}`)}
                    sx={{ height: 18 }}
                  />
                )}
                <Box component="span" sx={{ flexShrink: 0, fontWeight: 600 }}>
                  {known(event.type)}
                </Box>
                <Box component="span" sx={{ overflowWrap: 'anywhere', color: 'text.secondary' }}>
                  {detail(event, t, format)}
                </Box>
              </Box>
            );
          })}
        </Box>
      )}
      {shown.length === SHOWN && (
        <Typography variant="caption" color="textSecondary">
          {t('job:log.newest', { count: SHOWN })}
        </Typography>
      )}
    </Section>
  );
}
