import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { isTerminal, type Job } from '@/api/types';
import { Link } from '@/components/Link';
import { JobChip } from '@/components/StateChip';
import { Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useDensity } from '@/theme/density';

const ROW_PX = { comfortable: 56, compact: 46 };
const COLUMNS = { xs: 'minmax(0, 1fr) auto', md: 'minmax(0, 2.2fr) 9rem minmax(0, 1.3fr) 8rem 7rem 9rem' };
const wide = { display: { xs: 'none', md: 'block' } };

/** Only the rows in sight are in the page; `onEnd` when the last ones come into sight. */
export function JobRows({ rows, onEnd }: { rows: readonly Job[]; onEnd: () => void }) {
  const { t } = useWords();
  const rowPx = ROW_PX[useDensity()];
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowPx,
    overscan: 6,
    getItemKey: (index) => rows[index]?.id ?? index,
    initialRect: { width: 800, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const tell = useRef(onEnd);
  tell.current = onEnd;
  useEffect(() => {
    if (last >= rows.length - 10) tell.current();
  }, [last, rows.length]);
  const heads = ['name', 'state', 'progress', 'score', 'time', 'created'] as const;
  return (
    <Box role="table" aria-label={t('job:list.title')} aria-rowcount={rows.length + 1}>
      <Box role="rowgroup" sx={wide}>
        <Box
          role="row"
          sx={{
            display: 'grid',
            gridTemplateColumns: COLUMNS,
            gap: 2,
            px: 1,
            pb: 0.5,
            borderBottom: 1,
            borderColor: 'divider',
          }}
        >
          {heads.map((each) => (
            <Typography role="columnheader" key={each} variant="caption" color="textSecondary" sx={{ fontWeight: 650 }}>
              {t(`job:list.${each}`)}
            </Typography>
          ))}
        </Box>
      </Box>
      <Box ref={frame} role="rowgroup" sx={{ maxHeight: 'max(320px, calc(100vh - 330px))', overflow: 'auto' }}>
        <Box role="presentation" sx={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const job = rows[item.index];
            return job ? (
              <JobRow key={item.key} job={job} top={item.start} height={item.size} index={item.index} />
            ) : null;
          })}
        </Box>
      </Box>
    </Box>
  );
}

function JobRow({ job, top, height, index }: { job: Job; top: number; height: number; index: number }) {
  const { t, format } = useWords();
  const ended = isTerminal(job.state);
  const name = job.name ?? (job.target ? t('job:untitled', { target: job.target }) : job.id);
  const score = job.score ?? job.progress.best_score;
  const seconds = job.times.job_s ?? job.times.queue_s;
  const kind = [
    job.target,
    job.task && t(`shell:task.${job.task}`),
    job.variant === 'fast' && t('models:variant.fast'),
  ];
  const note = job.error?.detail ?? kind.filter(Boolean).join(', ');
  return (
    <Box
      role="row"
      aria-rowindex={index + 2}
      sx={{
        position: 'absolute',
        insetInline: 0,
        px: 1,
        display: 'grid',
        gridTemplateColumns: COLUMNS,
        gap: 2,
        alignItems: 'center',
        borderBottom: 1,
        borderColor: 'divider',
        '&:hover': { bgcolor: 'action.hover' },
      }}
      style={{ top, height }}
    >
      <Box role="cell" sx={{ minWidth: 0 }}>
        <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
          {job.kind === 'fit' ? <Link to={`/jobs/${job.id}`}>{name}</Link> : name}
        </Typography>
        <Typography variant="caption" color={job.error ? 'error' : 'text.secondary'} noWrap component="div">
          {note}
        </Typography>
      </Box>
      <Box role="cell">
        <JobChip state={job.state} />
      </Box>
      <Box role="cell" sx={wide}>
        {!ended && (
          <Bar value={job.state === 'queued' ? null : job.progress.fraction} label={`${t('job:progress')}: ${name}`} />
        )}
        <Typography variant="caption" color="textSecondary" className="tabular" noWrap component="div">
          {job.state === 'queued' && job.queue_position !== null
            ? t('job:queuePosition', { position: job.queue_position })
            : `${t('job:list.trials')}: ${format.integer(job.progress.trials)}`}
        </Typography>
      </Box>
      <Box role="cell" sx={wide}>
        <Typography variant="body2" className="tabular" noWrap>
          {format.score(score)}
        </Typography>
        <Typography variant="caption" color="textSecondary" noWrap component="div">
          {job.metric}
        </Typography>
      </Box>
      <Typography role="cell" variant="body2" className="tabular" noWrap sx={wide}>
        {seconds === null ? '–' : format.duration(seconds)}
      </Typography>
      <Typography
        role="cell"
        variant="body2"
        color="textSecondary"
        noWrap
        sx={wide}
        title={format.dateTime(job.created_at)}
      >
        {format.relative(job.created_at)}
      </Typography>
    </Box>
  );
}
