import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the pages import, so that none is come upon during a first visit: that would load the page anew, or leave it empty. */
const packages = [
  'react',
  'react-dom/client',
  'react/jsx-dev-runtime',
  'react-router',
  '@mantine/core',
  '@mantine/hooks',
  '@tanstack/react-query',
  'uplot',
];

/** The pages: built into `dist` for the small server beside them, or served with hot reload in debug mode. */
export default defineConfig({
  root: here('./web'),
  cacheDir: here('../../../.orq/vite'),
  plugins: [react()],
  optimizeDeps: { include: packages },
  build: {
    outDir: here('../../../dist/orchestrator-ui/pages'),
    emptyOutDir: true,
    rolldownOptions: { checks: { pluginTimings: false } },
    target: 'es2022',
  },
  server: {
    host: '0.0.0.0',
    port: Number(process.env['PORT'] ?? 3000),
    strictPort: true,
    warmup: { clientFiles: ['./main.tsx', './views/*.tsx'] },
    allowedHosts: true,
    // Styles of packages come from beside the repository's own sources, wherever node_modules really lies.
    fs: { allow: [here('../../..'), realpathSync(here('../../../node_modules'))] },
    proxy: {
      '/api': {
        target: process.env['API_URL'] ?? 'http://127.0.0.1:3003',
        rewrite: (path) => path.replace(/^\/api/, ''),
      },
    },
  },
});
