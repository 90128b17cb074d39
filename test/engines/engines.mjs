// Engines beside the Node that runs the tests, as the packages of their binaries: no install script runs. They are no
// part of the workspace, for they are large, and one of them has a command called node.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPinned } from '../pinned/install.mjs';

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
  installPinned(here, 'engines: installing the pinned binaries of Node 24, Deno and Bun');
  return Object.fromEntries(
    Object.entries(binaries).map(([name, path]) => {
      const binary = join(modules, path);
      return [name, existsSync(binary) ? binary : undefined];
    }),
  );
}
