import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where `npm run dev` finds a running service: its address and key, from AUTOML_HOME. Never part of a build. */
function devService(): { target: string; headers: Record<string, string> } {
  const home = process.env.AUTOML_HOME ?? path.join(homedir(), '.local', 'share', 'automl');
  try {
    const target = JSON.parse(readFileSync(path.join(home, 'service.json'), 'utf8')).url as string;
    const key = readFileSync(path.join(home, 'api_key'), 'utf8').trim();
    return { target, headers: { Authorization: `Bearer ${key}` } };
  } catch {
    return { target: 'http://127.0.0.1:8400', headers: {} };
  }
}

export default defineConfig(({ command, mode }) => {
  const service = command === 'serve' && mode !== 'test' ? devService() : { target: '', headers: {} };
  const proxied = {
    target: service.target,
    changeOrigin: true,
    headers: { ...service.headers, Origin: service.target },
  };
  return {
    plugins: [react()],
    resolve: { alias: { '@': path.join(here, 'src') } },
    // The service puts a fresh one in place of it into each answer.
    html: { cspNonce: '__NONCE__' },
    server: {
      host: '127.0.0.1',
      proxy: { '/v1': proxied, '/health': proxied, '/docs': proxied, '/openapi.json': proxied },
    },
    build: {
      outDir: path.join(here, '..', 'automl', 'page'),
      emptyOutDir: true,
      // A data: address would need a hole in the policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2023',
      manifest: 'manifest.json',
    },
    test: {
      environment: 'jsdom',
      setupFiles: ['src/test/setup.ts'],
      include: ['src/**/*.test.{ts,tsx}'],
      restoreMocks: true,
      // A busy machine types slowly.
      testTimeout: 120_000,
    },
  };
});
