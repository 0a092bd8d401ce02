import { mdiClockPlusOutline, mdiDotsVertical, mdiStop } from '@mdi/js';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { asApiError } from '@/api/errors';
import { type Steer, useSteer } from '@/api/jobs';
import { isTerminal, type Job } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { EditDialog } from './EditDialog';

const MORE_S = [60, 300, 900, 3600];

/** What can be done with a job now. */
export function Actions({ job }: { job: Job }) {
  const { t, format } = useWords();
  const { toast } = useAnnouncer();
  const navigate = useNavigate();
  const steer = useSteer(job.id);
  const [menu, setMenu] = useState<{ at: HTMLElement; of: 'time' | 'more' } | null>(null);
  const [asks, setAsks] = useState<'cancel' | 'delete' | 'edit' | null>(null);
  const ended = isTerminal(job.state);
  const stopping = job.wanted !== 'run' && !ended;
  const act = async (what: Steer) => {
    setMenu(null);
    try {
      const answer = await steer.mutateAsync(what);
      setAsks(null);
      if (what.kind === 'delete') {
        toast({ text: t('job:did.deleted') });
        navigate('/jobs');
      } else if (answer && answer.id !== job.id) {
        toast({ text: t('job:did.continued') });
        navigate(`/jobs/${answer.id}`);
      } else {
        toast({ text: t(`job:did.${what.kind}`) });
      }
    } catch (error) {
      setAsks(null);
      const problem = asApiError(error);
      toast({
        text: [problem.detail, problem.hint, t('shell:error.unchanged')].filter(Boolean).join(' '),
        severity: 'error',
      });
    }
  };
  const ask = (what: 'edit' | 'delete') => {
    setMenu(null);
    setAsks(what);
  };
  const extendable = job.state === 'queued' || job.state === 'running' || job.state === 'succeeded';
  return (
    <>
      {(job.state === 'running' || job.state === 'finishing') && (
        <Button
          variant="contained"
          startIcon={<Icon path={mdiStop} />}
          disabled={stopping || steer.isPending || job.state === 'finishing'}
          onClick={() => act({ kind: 'stop' })}
        >
          {job.wanted === 'stop' || job.state === 'finishing' ? t('job:do.stopping') : t('job:do.stop')}
        </Button>
      )}
      {extendable && !stopping && (
        <Button
          variant="outlined"
          startIcon={<Icon path={mdiClockPlusOutline} />}
          aria-haspopup="menu"
          disabled={steer.isPending}
          onClick={(event) => setMenu({ at: event.currentTarget, of: 'time' })}
        >
          {ended ? t('job:do.continue') : t('job:do.extend')}
        </Button>
      )}
      {!ended && (
        <Button color="error" disabled={job.wanted === 'cancel' || steer.isPending} onClick={() => setAsks('cancel')}>
          {t('job:do.cancel')}
        </Button>
      )}
      <Tooltip title={t('job:do.more')}>
        <IconButton
          aria-label={t('job:do.more')}
          aria-haspopup="menu"
          onClick={(event) => setMenu({ at: event.currentTarget, of: 'more' })}
        >
          <Icon path={mdiDotsVertical} />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={menu?.at} open={menu !== null} onClose={() => setMenu(null)}>
        {menu?.of === 'time'
          ? MORE_S.map((seconds) => (
              <MenuItem key={seconds} onClick={() => act({ kind: 'extend', seconds })}>
                + {format.duration(seconds)}
              </MenuItem>
            ))
          : [
              <MenuItem key="edit" onClick={() => ask('edit')}>
                {t('job:do.edit')}
              </MenuItem>,
              <MenuItem key="delete" disabled={!ended} onClick={() => ask('delete')}>
                {t('job:do.delete')}
              </MenuItem>,
            ]}
      </Menu>
      <ConfirmDialog
        open={asks === 'cancel'}
        title={t('job:ask.cancel')}
        text={t('job:ask.cancelText')}
        confirm={t('job:ask.cancelConfirm')}
        dangerous
        busy={steer.isPending}
        onConfirm={() => act({ kind: 'cancel' })}
        onClose={() => setAsks(null)}
      />
      <ConfirmDialog
        open={asks === 'delete'}
        title={t('job:ask.delete')}
        text={t('job:ask.deleteText')}
        confirm={t('shell:action.delete')}
        dangerous
        busy={steer.isPending}
        onConfirm={() => act({ kind: 'delete' })}
        onClose={() => setAsks(null)}
      />
      {asks === 'edit' && (
        <EditDialog
          job={job}
          busy={steer.isPending}
          onClose={() => setAsks(null)}
          onSave={(name, priority) => act({ kind: 'update', name, priority })}
        />
      )}
    </>
  );
}
