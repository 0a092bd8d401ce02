// Checks what Biome cannot: files of at most 250 lines, and the direction of imports
// app → features → components, charts → api → lib, i18n, theme; no feature imports another.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'src');
const MOST_LINES = 250;
const GENERATED = new Set(['api/schema.d.ts']);
const BASE = ['lib', 'i18n', 'theme'];
const MAY = {
  app: ['app', 'features', 'components', 'charts', 'api', ...BASE],
  features: ['components', 'charts', 'api', ...BASE],
  components: ['components', 'api', ...BASE],
  charts: ['charts', 'components', ...BASE],
  api: ['api', 'lib'],
  i18n: ['i18n', 'lib'],
  theme: ['theme', 'lib'],
  lib: ['lib'],
};

const faults = [];
for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
  const file = path.join(entry.parentPath, entry.name);
  const name = path.relative(source, file).split(path.sep).join('/');
  if (GENERATED.has(name)) continue;
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > MOST_LINES) faults.push(`${name}: ${lines} lines, at most ${MOST_LINES}`);
  if (/(^|\/)(utils|helpers|common|misc)\.tsx?$/.test(name)) faults.push(`${name}: a name that says nothing`);
  const [layer, feature] = name.split('/');
  if (layer === 'test' || !(layer in MAY) || /\.test\.tsx?$/.test(name)) continue;
  for (const [, target] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const to = target.startsWith('@/')
      ? target.slice(2)
      : target.startsWith('.')
        ? path.posix.join(path.posix.dirname(name), target)
        : null;
    if (to === null) continue;
    const [toLayer, toFeature] = to.split('/');
    const same = layer === 'features' && toLayer === 'features' && feature === toFeature;
    if (!same && !MAY[layer].includes(toLayer)) faults.push(`${name}: ${layer} may not import ${to}`);
  }
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log('source: sizes and import directions hold');
