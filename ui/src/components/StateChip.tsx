import { mdiAlertCircle, mdiCancel, mdiCheckCircle, mdiClockOutline, mdiProgressClock } from '@mdi/js';
import Chip from '@mui/material/Chip';
import type { Dataset, JobState } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { Icon } from './Icon';

type Color = 'default' | 'primary' | 'success' | 'error';

const JOB: Record<JobState, [Color, string]> = {
  queued: ['default', mdiClockOutline],
  running: ['primary', mdiProgressClock],
  finishing: ['primary', mdiProgressClock],
  succeeded: ['success', mdiCheckCircle],
  failed: ['error', mdiAlertCircle],
  cancelled: ['default', mdiCancel],
};
const DATASET: Record<Dataset['state'], [Color, string]> = {
  uploading: ['primary', mdiProgressClock],
  processing: ['primary', mdiProgressClock],
  ready: ['success', mdiCheckCircle],
  rejected: ['error', mdiAlertCircle],
  deleted: ['default', mdiCancel],
};

/** A job's state in word, icon and colour. */
export function JobChip({ state }: { state: JobState }) {
  const { t } = useWords();
  const [color, icon] = JOB[state];
  return <Chip variant="outlined" color={color} icon={<Icon path={icon} />} label={t(`shell:jobState.${state}`)} />;
}

/** A dataset's state in word, icon and colour. */
export function DatasetChip({ state }: { state: Dataset['state'] }) {
  const { t } = useWords();
  const [color, icon] = DATASET[state];
  return <Chip variant="outlined" color={color} icon={<Icon path={icon} />} label={t(`shell:datasetState.${state}`)} />;
}
