// The graphs that `lockwise graph` writes, drawn by Graphviz and by Mermaid, on light and dark pages.
// `PICTURES=DIR npm test -- lock-graphs` keeps what was drawn, to be looked at.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from '../browser/chromium.mjs';
import { installPinned } from '../pinned/install.mjs';

export const minutes = 5;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installPinned(fileURLToPath(new URL('.', import.meta.url)), 'lock graphs: installing the pinned Mermaid');
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/lock-graphs/vitest.config.ts'],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: 'inherit',
      env: { ...process.env, CHROMIUM: chromium() },
    },
  );
  process.exitCode = status ?? 1;
}
