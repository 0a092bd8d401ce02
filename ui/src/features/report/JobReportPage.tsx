import Button from '@mui/material/Button';
import { Navigate, Link as RouterLink, useParams } from 'react-router';
import { useJob } from '@/api/queries';
import { isTerminal } from '@/api/types';
import { PageHeader } from '@/components/Section';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** Leads to the report of the job's model, once there is one. */
export default function JobReportPage() {
  const { jobId = '' } = useParams();
  const { t } = useWords();
  const job = useJob(jobId);
  return (
    <Asked query={job} failed={t('report:failed')}>
      {(found) =>
        found.model_id ? (
          <Navigate
            replace
            to={`/models/${found.model_id}/report?version=${encodeURIComponent(found.model_version ?? '1')}`}
          />
        ) : (
          <>
            <PageHeader title={t('report:title', { target: found.target ?? found.id })} />
            <EmptyState
              title={t(isTerminal(found.state) ? 'report:noModel' : 'report:notYet')}
              action={
                <Button component={RouterLink} to={`/jobs/${jobId}`} variant="outlined">
                  {t('report:toJob')}
                </Button>
              }
            />
          </>
        )
      }
    </Asked>
  );
}
