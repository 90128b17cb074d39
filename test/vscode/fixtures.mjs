// The workspaces that the tests open, with the packages that their code imports.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** A workspace whose own ESLint has the plugin, with one rule as an error. */
export function withEslint(folder) {
  withLocks(folder);
  link(['eslint', 'eslint-plugin-lockwise', 'typescript-eslint', 'typescript'])(folder);
  writeFileSync(
    join(folder, 'eslint.config.mjs'),
    `import lockwise from 'eslint-plugin-lockwise';
import tseslint from 'typescript-eslint';

export default [
  { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
  lockwise.configs.recommended,
  { rules: { 'lockwise/no-long-held-lock': 'error' } },
];
`,
  );
}

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
