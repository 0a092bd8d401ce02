import { mdiPlay } from '@mdi/js';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '@/api/client';
import { useChecks, useScores } from '@/api/queries';
import type { ColumnProfile, Dataset, Job, Task } from '@/api/types';
import { CheckList } from '@/components/CheckList';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { randomName } from '@/lib/random';
import { useAddress } from '@/lib/useAddress';
import { Advanced } from './Advanced';
import { BudgetControl } from './BudgetControl';
import { type Draft, NEW, needsColumn, specOf } from './draft';
import { PresetControl } from './PresetControl';
import { TargetPicker } from './TargetPicker';
import { TaskAndMetric } from './TaskAndMetric';

const DEFAULT_METRIC: Record<Task, string> = { binary: 'roc_auc', multiclass: 'log_loss', regression: 'rmse' };

export function JobForm({ dataset, columns }: { dataset: Dataset; columns: readonly ColumnProfile[] }) {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [address, set] = useAddress();
  const asked = address.get('target');
  const column = columns.find(({ name }) => name === asked);
  const target = column?.name ?? null;
  const [draft, setDraft] = useState<Draft>(() => ({ ...NEW, model: address.get('model') }));
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const checks = useChecks(dataset.id, target);
  const scores = useScores();
  const guessed = checks.data?.checks.find(({ code }) => code === 'task')?.task;
  const task = draft.task === 'auto' ? guessed : draft.task;
  const metric = draft.metric ?? (task && DEFAULT_METRIC[task]);
  const spec = target === null ? null : specOf(dataset.id, target, draft);
  const body = JSON.stringify(spec);
  // The same wishes sent again are the same job, also when the first answer got lost.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new name for each new body
  const idempotencyKey = useMemo(() => randomName(), [body]);
  const start = useMutation({
    mutationFn: () => api.create<Job>('/v1/jobs', spec, { idempotencyKey }),
    onSuccess: (job) => {
      client.setQueryData(['job', job.id], job);
      client.invalidateQueries({ queryKey: ['jobs'] });
      navigate(`/jobs/${job.id}`);
    },
  });
  const used = columns.filter(
    ({ name, id_like, constant }) => name !== target && !id_like && !constant && !draft.exclude.includes(name),
  ).length;
  const incomplete = target === null || (needsColumn(draft.split) && draft.splitColumn === null);
  return (
    <>
      <TargetPicker
        columns={columns}
        column={column}
        onChange={(name) => {
          set({ target: name, model: null });
          change({ task: 'auto', metric: null, model: null });
        }}
      />
      {target !== null && (
        <>
          <TaskAndMetric
            task={draft.task}
            guessed={guessed}
            reason={checks.data?.checks.find(({ code }) => code === 'task')?.message}
            metric={metric}
            scores={(scores.data?.items ?? []).filter(({ tasks }) => !task || tasks.includes(task))}
            onTask={(value) => change({ task: value, metric: null })}
            onMetric={(value) => change({ metric: value })}
          />
          <BudgetControl seconds={draft.seconds} onChange={(seconds) => change({ seconds })} />
          <PresetControl preset={draft.preset} onChange={(preset) => change({ preset })} />
          <Section title={t('newJob:checks')}>
            <Asked query={checks} failed={t('dataset:checks.failed')}>
              {(data) => <CheckList checks={data.checks} />}
            </Asked>
          </Section>
          <Advanced draft={draft} columns={columns} target={target} task={task} onChange={change} />
          <Section title={t('newJob:what.title')}>
            <Typography sx={{ mb: 1.5, maxWidth: 760 }}>
              {t('newJob:what.sentence', {
                time: format.duration(draft.seconds),
                target,
                task: task ? t(`shell:task.${task}`) : t('shell:task.auto'),
                columns: t('dataset:columnCount', { count: used }),
                rows: t('shell:table.rows', { count: dataset.rows ?? 0 }),
                metric: metric ?? t('shell:task.auto'),
              })}{' '}
              {draft.model && t('newJob:what.version')}{' '}
              {draft.testShare > 0 && t('newJob:what.test', { share: format.percent(draft.testShare, 0) })}{' '}
              {t('newJob:what.stop')}
            </Typography>
            {start.error && (
              <ErrorPanel error={start.error} title={t('newJob:failed')} unchanged={t('newJob:unchanged')} />
            )}
            <Button
              variant="contained"
              size="large"
              startIcon={<Icon path={mdiPlay} />}
              disabled={incomplete || start.isPending}
              onClick={() => start.mutate()}
              sx={{ mt: 1 }}
            >
              {t('newJob:start')}
            </Button>
          </Section>
        </>
      )}
    </>
  );
}
