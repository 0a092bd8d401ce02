import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The script of a report that is one file: everything in it, no further chunk, runs as a plain script. */
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': path.join(here, 'src') } },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: path.join(here, '..', 'automl', 'page', 'assets'),
    emptyOutDir: false,
    target: 'es2023',
    lib: {
      entry: path.join(here, 'src', 'report-file', 'main.tsx'),
      formats: ['iife'],
      name: 'report',
      fileName: () => 'report-file.js',
    },
  },
});
