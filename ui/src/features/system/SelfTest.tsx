import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useSelfTest } from '@/api/system';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Facts, Section } from '@/components/Section';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { stepsOf } from './health';

/** A message through the bus and a block down to a worker, each step timed. */
export function SelfTest() {
  const { t, format } = useWords();
  const test = useSelfTest();
  return (
    <Section
      title={t('system:test.title')}
      actions={
        <Button size="small" variant="outlined" disabled={test.isPending} onClick={() => test.mutate()}>
          {t(test.isPending ? 'system:test.working' : 'system:test.start')}
        </Button>
      }
    >
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {t('system:test.why')}
      </Typography>
      <div aria-live="polite">
        {test.isPending && <Bar value={null} label={t('system:test.working')} />}
        {test.error && <ErrorPanel error={test.error} title={t('system:test.failed')} onRetry={() => test.mutate()} />}
        {test.data && (
          <>
            <Alert severity={test.data.intact === false ? 'error' : 'success'} variant="outlined" sx={{ mb: 1 }}>
              {t(test.data.intact === false ? 'system:test.broken' : 'system:test.passed')}
            </Alert>
            <Facts
              items={stepsOf(test.data).map(
                ({ name, milliseconds, from }) =>
                  [
                    t(`system:step.${name}`, { defaultValue: name }),
                    `${t('system:test.ms', { time: format.number(milliseconds, 3) })}${
                      from === null ? '' : ` (${t(`system:level.${from}`, { defaultValue: from })})`
                    }`,
                  ] as const,
              )}
            />
          </>
        )}
      </div>
    </Section>
  );
}
