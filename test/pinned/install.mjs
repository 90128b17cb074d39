// Packages that a suite pins in a folder of its own, outside of the workspace: large ones, and ones that are only read.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../.ci/ready.mjs';

/** Installs what the lock file of a folder says, without scripts; nothing where that is done. `told` says what for. */
export function installPinned(folder, told) {
  const wanted = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'node_modules/.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log(`${told} (npm ci)`);
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  writeFileSync(stamp, wanted);
}
