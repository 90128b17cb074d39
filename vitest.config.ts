import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Unit tests run on the sources, so that a test never passes on a stale build; what needs a build lives in `test/`. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@lockwise\/engine$/, replacement: source('engine/src/index.ts') },
      { find: /^@lockwise\/engine\/node$/, replacement: source('engine/src/node/index.ts') },
      { find: /^@lockwise\/runtime$/, replacement: source('runtime/src/index.ts') },
      { find: /^@lockwise\/runtime\/([a-z-]+)$/, replacement: source('runtime/src') + '/$1/index.ts' },
    ],
  },
  test: {
    include: ['{runtime,engine,eslint-plugin,cli,extension}/test/**/*.test.ts', 'test/meta/**/*.test.ts'],
    testTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
