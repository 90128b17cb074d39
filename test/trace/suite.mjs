// The recorder and its report, built, on real programs and in a real browser.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { digest, once, run } from '../../.ci/ready.mjs';
import { chromium } from '../browser/chromium.mjs';

export const minutes = 5;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (process.platform === 'linux' && process.arch === 'x64')
    once('node24', digest([fileURLToPath(new URL('node24/package-lock.json', import.meta.url))]), () =>
      run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: fileURLToPath(new URL('node24', import.meta.url)) }),
    );
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/trace/vitest.config.ts'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, CHROMIUM: chromium() } },
  );
  process.exitCode = status ?? 1;
}
