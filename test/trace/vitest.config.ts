import { defineConfig } from 'vitest/config';

/** These tests start programs under the built recorder; how long that takes depends on the machine. */
export default defineConfig({
  test: {
    include: ['test/trace/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
