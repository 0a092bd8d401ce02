// After a build: compresses what is served, and fails when the first load carries too much script.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const out = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'automl', 'page');
const MOST_FIRST_LOAD = 350 * 1024;
const SMALLEST = 1024;

const sizes = new Map();
for (const name of readdirSync(path.join(out, 'assets'))) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const file = path.join(out, 'assets', name);
  const bytes = readFileSync(file);
  const zipped = gzipSync(bytes, { level: 9 });
  sizes.set(`assets/${name}`, zipped.length);
  if (bytes.length < SMALLEST) continue;
  writeFileSync(`${file}.gz`, zipped);
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
const seen = new Set();
const follow = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) follow(next);
};
// What every visit loads: the entry, its static imports, the first language and the first screen.
follow('index.html');
for (const key of ['src/i18n/en/index.ts', 'src/features/home/HomePage.tsx']) follow(key);
const total = [...seen].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
rmSync(path.join(out, 'manifest.json'));
console.log(`first load: ${(total / 1024).toFixed(1)} KiB of script, gzip (at most ${MOST_FIRST_LOAD / 1024})`);
if (total > MOST_FIRST_LOAD) {
  console.error('The first load is too large: load more of it lazily.');
  process.exit(1);
}
