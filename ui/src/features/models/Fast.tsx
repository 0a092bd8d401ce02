import { asApiError } from '@/api/errors';
import { useJob } from '@/api/queries';
import type { ModelVersion } from '@/api/types';
import { FastVariant } from '@/components/FastVariant';
import { Section } from '@/components/Section';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** The fast variant of a version that is an ensemble. */
export function Fast({ version }: { version: ModelVersion }) {
  const { t } = useWords();
  const job = useJob(version.job_id);
  const isGone = job.error !== null && asApiError(job.error).status === 404;
  return (
    <Section title={t('models:fast.title', { version: version.version })}>
      {isGone ? (
        <FastVariant jobId={version.job_id} job={null} modelId={version.model_id} />
      ) : (
        <Asked query={job} failed={t('job:failedToLoad')} lines={2}>
          {(found) => <FastVariant jobId={found.id} job={found} modelId={version.model_id} />}
        </Asked>
      )}
    </Section>
  );
}
