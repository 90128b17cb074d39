// The recorder and its report, built, on real programs and in a real browser.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from '../browser/chromium.mjs';
import { installedEngines } from '../engines/engines.mjs';

export const minutes = 5;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const node24 = installedEngines()['Node 24'];
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/trace/vitest.config.ts'],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: 'inherit',
      env: { ...process.env, CHROMIUM: chromium(), ...(node24 && { NODE_24: node24 }) },
    },
  );
  process.exitCode = status ?? 1;
}
