// Writes src/api/schema.d.ts from the service's OpenAPI document, or with --check says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = path.join(root, 'ui', 'src', 'api', 'schema.d.ts');
const python = process.env.PYTHON ?? path.join(root, '.venv', 'bin', 'python');
const text = execFileSync(python, [path.join('ui', 'scripts', 'openapi.py')], {
  cwd: root,
  env: { ...process.env, PYTHONPATH: root },
  maxBuffer: 64 * 1024 * 1024,
});
const made = `// Generated from the service's OpenAPI document by \`make ui-schema\`. Do not edit.\n\n${astToString(
  // What has a default is always in an answer; requests may leave it out and use their own types.
  await openapiTS(JSON.parse(text), { defaultNonNullable: false, alphabetize: true }),
)}`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== made) {
    console.error('ui/src/api/schema.d.ts is not what the service says now: run make ui-schema');
    process.exit(1);
  }
  console.log('the API types are up to date');
} else {
  writeFileSync(target, made);
  console.log(`wrote ${path.relative(root, target)}`);
}
