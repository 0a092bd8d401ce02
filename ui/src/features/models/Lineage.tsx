import { mdiArrowRight } from '@mdi/js';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useDataset, useJob } from '@/api/queries';
import type { ModelVersion } from '@/api/types';
import { Icon } from '@/components/Icon';
import { Link } from '@/components/Link';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

function Step({ kind, children }: { kind: string; children: ReactNode }) {
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, px: 1.5, py: 1, minWidth: 0, flex: '0 1 auto' }}>
      <Typography variant="caption" color="textSecondary" component="div">
        {kind}
      </Typography>
      <Typography variant="body2" component="div" sx={{ overflowWrap: 'anywhere' }}>
        {children}
      </Typography>
    </Box>
  );
}

/** Where a version comes from: data, job, and the job that it went on from. Any of them may be deleted by now. */
export function Lineage({ version }: { version: ModelVersion }) {
  const { t, format } = useWords();
  const dataset = useDataset(version.dataset_id);
  const job = useJob(version.job_id);
  const gone = <Typography color="textSecondary" variant="caption">{` (${t('models:lineage.gone')})`}</Typography>;
  return (
    <Section title={t('models:lineage.title', { version: version.version })}>
      <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <Step kind={t('models:lineage.data')}>
          {dataset.error ? (
            <>
              {version.dataset_id}
              {gone}
            </>
          ) : (
            <Link to={`/datasets/${version.dataset_id}`}>{dataset.data?.name ?? version.dataset_id}</Link>
          )}
        </Step>
        <Icon path={mdiArrowRight} />
        {version.continues && (
          <>
            <Step kind={t('models:lineage.before')}>
              <Link to={`/jobs/${version.continues}`}>{version.continues}</Link>
            </Step>
            <Icon path={mdiArrowRight} />
          </>
        )}
        <Step kind={t('models:lineage.job')}>
          {job.error ? (
            <>
              {version.job_id}
              {gone}
            </>
          ) : (
            <Link to={`/jobs/${version.job_id}`}>{job.data?.name ?? version.job_id}</Link>
          )}
        </Step>
        <Icon path={mdiArrowRight} />
        <Step kind={t('models:version.name', { version: version.version })}>
          {version.label} · {format.dateTime(version.created_at)}
        </Step>
      </Stack>
    </Section>
  );
}
