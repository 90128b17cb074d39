import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['examples/cluster-node/test/**/*.test.ts', 'test/cluster-node/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
  },
});
