// The cluster-node example: its types, and what its nodes do, before and after.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const minutes = 3;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const steps = [
    ['node_modules/typescript/bin/tsc', '-p', 'examples/cluster-node/tsconfig.json'],
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/cluster-node/vitest.config.ts'],
  ];
  const failed = steps.filter(
    (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0,
  );
  process.exitCode = failed.length;
}
