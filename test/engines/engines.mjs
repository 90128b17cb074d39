// Engines beside the Node that runs the tests, as the packages of their binaries: no install script runs. They are no
// part of the workspace, for they are large, and one of them has a command called node.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../.ci/ready.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(here, 'node_modules');
const libc = process.platform === 'linux' ? '-glibc' : '';
const bunArch = process.arch === 'arm64' ? 'aarch64' : process.arch;

const binaries = {
  'Node 24': `node-${process.platform}-${process.arch}/bin/node`,
  Deno: `@deno/${process.platform}-${process.arch}${libc}/deno`,
  Bun: `@oven/bun-${process.platform}-${bunArch}/bin/bun`,
};

/** The path of each engine's binary, by name; `undefined` where none is published for this platform. Installs what is missing. */
export function installedEngines() {
  install();
  return Object.fromEntries(
    Object.entries(binaries).map(([name, path]) => {
      const binary = join(modules, path);
      return [name, existsSync(binary) ? binary : undefined];
    }),
  );
}

function install() {
  const wanted = readFileSync(join(here, 'package-lock.json'), 'utf8');
  const stamp = join(modules, '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('engines: installing the pinned binaries of Node 24, Deno and Bun (npm ci)');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here });
  writeFileSync(stamp, wanted);
}
