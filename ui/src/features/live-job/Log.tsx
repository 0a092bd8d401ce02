import { mdiArrowDownBoldCircleOutline, mdiDownload } from '@mdi/js';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useMemo, useState } from 'react';
import { useJobLog } from '@/api/logs';
import { CopyButton } from '@/components/CopyButton';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { SearchField } from '@/components/SearchField';
import { Section } from '@/components/Section';
import { EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { saveText } from '@/lib/download';
import { useAddress } from '@/lib/useAddress';
import { LogLines } from './LogLines';
import { asText, LEVELS, matching } from './lines';

interface Props {
  jobId: string;
  /** The number of the newest event that was heard of. */
  heard: number;
}

/** What was said about the job: all of it, and what comes as it comes. */
export function Log({ jobId, heard }: Props) {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const [follows, setFollows] = useState(true);
  const level = LEVELS.find((each) => each === address.get('level')) ?? 'info';
  const words = address.get('find') ?? '';
  const { lines, isBehind, error, retry } = useJobLog(jobId, level, heard);
  const shown = useMemo(() => matching(lines, words), [lines, words]);
  const actions = (
    <>
      <Button
        size="small"
        variant={follows ? 'outlined' : 'text'}
        aria-pressed={follows}
        startIcon={<Icon path={mdiArrowDownBoldCircleOutline} />}
        onClick={() => setFollows((old) => !old)}
      >
        {t('job:log.follow')}
      </Button>
      <CopyButton text={() => asText(shown)} label={t('shell:action.copy')} />
      <Button
        size="small"
        startIcon={<Icon path={mdiDownload} />}
        onClick={() => saveText(asText(shown), `${jobId}.log`, 'text/plain')}
      >
        {t('shell:action.download')}
      </Button>
    </>
  );
  return (
    <Section title={t('job:log.title')} actions={actions}>
      <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', mb: 1.5, alignItems: 'center' }}>
        <SearchField
          label={t('job:log.find')}
          value={words}
          onChange={(next) => set({ find: next || null })}
          mostPx={360}
        />
        <ToggleButtonGroup
          size="small"
          exclusive
          value={level}
          aria-label={t('job:log.level')}
          onChange={(_, value: string | null) => value && set({ level: value === 'info' ? null : value })}
        >
          {LEVELS.map((each) => (
            <ToggleButton key={each} value={each} sx={{ py: 0.25, textTransform: 'none' }}>
              {t(`job:level.${each}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Stack>
      {error !== null && <ErrorPanel error={error} title={t('job:log.failed')} onRetry={retry} />}
      {shown.length > 0 ? (
        <LogLines lines={shown} label={t('job:log.title')} follows={follows} onFollow={setFollows} />
      ) : isBehind ? (
        <LoadingState />
      ) : (
        error === null && <EmptyState title={lines.length === 0 ? t('job:log.empty') : t('job:log.noMatch')} />
      )}
      <Typography variant="caption" color="textSecondary" className="tabular" component="p" sx={{ mt: 0.5 }}>
        {shown.length === lines.length
          ? t('job:log.lines', { count: lines.length, formatted: format.integer(lines.length) })
          : t('job:log.some', { shown: format.integer(shown.length), all: format.integer(lines.length) })}
        {isBehind && lines.length > 0 && ` ${t('job:log.reading')}`}
      </Typography>
    </Section>
  );
}
