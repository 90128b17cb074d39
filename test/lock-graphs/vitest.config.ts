import { defineConfig } from 'vitest/config';

/** These tests run the built command, Graphviz and a browser; how long that takes depends on the machine. */
export default defineConfig({
  test: {
    include: ['test/lock-graphs/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
