/** Code that makes the same job again. */
import type { FitSpec } from '@/api/types';

const python = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}: ${python(each)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
};

/** A word of a shell command. */
export const quoted = (text: string): string =>
  /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

type Spec = Pick<FitSpec, 'dataset_id' | 'target'> & Partial<FitSpec>;

const secondsOf = (spec: Spec): number => spec.budget?.seconds ?? 300;

export function pythonCode(spec: Spec, model: string): string {
  const lines = [
    `target=${python(spec.target)}`,
    spec.task && spec.task !== 'auto' ? `task=${python(spec.task)}` : null,
    spec.metric ? `metric=${python(spec.metric)}` : null,
    `budget="${secondsOf(spec)}s"`,
    spec.seed ? `seed=${spec.seed}` : null,
    spec.families?.length ? `families=${python(spec.families)}` : null,
    spec.exclude?.length ? `exclude=${python(spec.exclude)}` : null,
  ].filter(Boolean);
  const [id, version] = model.split('@');
  return `import automl

job = automl.fit(${python(spec.dataset_id)}, ${lines.join(', ')})
print(job.score, job.leaderboard()[0].name)

# or use the model of this report
model = automl.Model(automl.Client(), ${python(id)}, ${python(version ?? '1')})
model.predict_dataset("new_rows.csv")
`;
}

export function shellCode(spec: Spec, model: string): string {
  const words = [
    'automl fit',
    quoted(spec.dataset_id),
    '--target',
    quoted(spec.target),
    ...(spec.task && spec.task !== 'auto' ? ['--task', spec.task] : []),
    ...(spec.metric ? ['--metric', quoted(spec.metric)] : []),
    '--budget',
    `${secondsOf(spec)}s`,
    ...(spec.seed ? ['--seed', String(spec.seed)] : []),
    ...(spec.families?.length ? ['--families', quoted(spec.families.join(','))] : []),
    ...(spec.exclude?.length ? ['--exclude', quoted(spec.exclude.join(','))] : []),
  ];
  return `${words.join(' ')}\nautoml predict ${quoted(model)} new_rows.csv\n`;
}
