/** The same question asked by other programs. */
import type { Row } from '@/api/predictions';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export interface Question {
  /** Address of the service. */
  origin: string;
  /** `id@version` or `id@alias`. */
  model: string;
  rows: readonly Row[];
  proba: boolean;
}

/** For a POSIX shell; the key comes from AUTOML_API_KEY. */
export function curlOf({ origin, model, rows, proba }: Question): string {
  return [
    `curl -sS ${quoted(`${origin}/v1/models/${encodeURIComponent(model)}/predict`)}`,
    `  -H "Authorization: Bearer $AUTOML_API_KEY"`,
    "  -H 'Content-Type: application/json'",
    `  -d ${quoted(JSON.stringify({ rows, proba }))}`,
  ].join(' \\\n');
}

function literal(value: Row[string]): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

/** By the client library, which finds address and key by itself on the service's machine. */
export function pythonOf({ origin, model, rows, proba }: Question): string {
  const lines = rows.map(
    (row) =>
      `    {\n${Object.entries(row)
        .map(([name, value]) => `        ${JSON.stringify(name)}: ${literal(value)},`)
        .join('\n')}\n    },`,
  );
  return [
    'import automl',
    '',
    `client = automl.Client(${JSON.stringify(origin)})  # api_key: AUTOML_API_KEY`,
    'rows = [',
    ...lines,
    ']',
    `answer = client.models.predict(${JSON.stringify(model)}, rows${proba ? ', proba=True' : ''})`,
    `print(answer.predictions${proba ? ', answer.probabilities' : ''})`,
    '',
  ].join('\n');
}
