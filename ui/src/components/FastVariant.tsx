import { mdiLightningBoltOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '@/api/errors';
import { useSteer } from '@/api/jobs';
import { useVersions } from '@/api/models';
import { useDataset } from '@/api/queries';
import type { Job } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { useAnnouncer } from './Announcer';
import { ErrorPanel } from './ErrorPanel';
import { Icon } from './Icon';
import { Link } from './Link';

const AT_MOST_S = [60, 300, 900, 3600];

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

interface Props {
  jobId: string;
  /** Null when it was deleted. */
  job: Job | null;
  modelId: string;
}

/** The best member of a job's ensemble alone, fitted again on all rows: what that is, and the button that has it made. */
export function FastVariant({ jobId, job, modelId }: Props) {
  const { t, format } = useWords();
  const { toast } = useAnnouncer();
  const navigate = useNavigate();
  const id = useId();
  const steer = useSteer(jobId);
  const versions = useVersions(modelId);
  const dataset = useDataset(job?.dataset_id ?? '');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const made = versions.data?.items.find(({ variant, continues }) => variant === 'fast' && continues === jobId);
  const refused =
    job === null
      ? t('models:fast.noJob')
      : job.variant === 'fast'
        ? t('models:fast.already')
        : isGone(dataset.error) || dataset.data?.state === 'deleted'
          ? t('models:fast.noData')
          : made && t('models:fast.made', { version: made.version });
  const make = (seconds: number) => {
    setAnchor(null);
    steer.mutate(
      { kind: 'refit', seconds },
      {
        onSuccess: (answer) => {
          toast({ text: t('models:fast.started') });
          if (answer) navigate(`/jobs/${answer.id}`);
        },
      },
    );
  };
  return (
    <>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between' }}>
        <Box id={id} sx={{ flex: '1 1 20rem', maxWidth: 720 }}>
          <Typography variant="body2">{t('models:fast.what')}</Typography>
          <Typography variant="body2" color="textSecondary">
            {refused || t('models:fast.stays')}
          </Typography>
        </Box>
        <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          {made && <Link to={`/models/${modelId}?version=${made.version}`}>{t('models:fast.open')}</Link>}
          <Button
            variant="outlined"
            startIcon={<Icon path={mdiLightningBoltOutline} />}
            aria-haspopup="menu"
            aria-describedby={id}
            disabled={Boolean(refused) || steer.isPending}
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            {t('models:fast.do')}
          </Button>
        </Stack>
      </Box>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {AT_MOST_S.map((seconds) => (
          <MenuItem key={seconds} onClick={() => make(seconds)}>
            {t('models:fast.atMost', { time: format.duration(seconds) })}
          </MenuItem>
        ))}
      </Menu>
      {steer.error && (
        <Box sx={{ mt: 1.5 }}>
          <ErrorPanel error={steer.error} title={t('models:fast.failed')} unchanged={t('models:fast.kept')} />
        </Box>
      )}
    </>
  );
}
