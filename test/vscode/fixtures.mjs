// The workspaces that the tests open, with the packages that their code imports.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Links packages of this repository into a copied fixture. */
export function link(names) {
  return (folder) => {
    for (const name of names) {
      const target = join(folder, 'node_modules', name);
      mkdirSync(dirname(target), { recursive: true });
      const own = { '@lockwise/runtime': 'runtime', 'eslint-plugin-lockwise': 'eslint-plugin' }[name];
      symlinkSync(own === undefined ? join(repository, 'node_modules', name) : join(repository, own), target);
    }
  };
}

export const withLocks = link(['@lockwise/runtime', 'async-mutex', 'tslib']);

/** The compiler's complaints about a workspace; empty when it type-checks. */
export function typeErrors(folder) {
  try {
    execFileSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    return String(error.stdout || error.message);
  }
}
