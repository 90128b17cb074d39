import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../../.ci/ready.mjs';

const require = createRequire(import.meta.url);
// The binary that `@vscode/ripgrep` brings for this platform, without a download.
const ripgrep = require.resolve(
  `@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg${process.platform === 'win32' ? '.exe' : ''}`,
);
const lockwise = join(root, 'cli/bin/lockwise.js');
const least = join(root, 'test/bench/engine/least.mjs');
const eslint = join(root, 'node_modules/eslint/bin/eslint.js');

/** The words that the prefilter of Lockwise looks for, as far as ripgrep's own expressions say them. */
const WORDS =
  '(^|[^A-Za-z])(lock|acquire)|Lock|LOCK|[Uu]nlock|[Mm]utex|[Ss]emaphore|[Ss]equencer|[Ee]xclusive|Acquire|[Ll]imiter';

const node = (...args) => ({ command: process.execPath, args });

/** What is measured over a tree. `prepare` runs before each time, unmeasured; findings are no failure. */
export function toolsFor(tree, { withEslint }) {
  const cache = `${tree}-cache`;
  const check = { ...node(lockwise, 'check', '.'), env: { XDG_CACHE_HOME: cache }, codes: [0, 1, 2] };
  const tools = {
    ripgrep: { command: ripgrep, args: ['--count', '--type', 'ts', '--type', 'js', WORDS, '.'], codes: [0, 1] },
    // What no check can go below that starts Node and parses the files with a word.
    'reading and parsing alone': node(least, WORDS),
    'lockwise check, cold': { ...check, prepare: () => rmSync(cache, { recursive: true, force: true }) },
    // Comes after the cold one in every round, whose cache it finds.
    'lockwise check, warm': check,
  };
  if (!withEslint) return tools;
  const typed = ['**/*.ts', '**/*.mts'];
  writeConfig(tree, 'empty', `{ files: ['**/*.ts', '**/*.js'], rules: { 'bench/empty': 'warn' }, plugins: { bench } }`);
  writeConfig(
    tree,
    'typed',
    `{ files: ${JSON.stringify(typed)}, plugins: { ts: ts.plugin }, rules: { 'ts/no-floating-promises': 'warn' }, languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } } }`,
  );
  const lint = (config) => ({
    ...node(
      '--max-old-space-size=6000',
      eslint,
      '--config',
      `eslint.${config}.mjs`,
      '--no-error-on-unmatched-pattern',
      '.',
    ),
    codes: [0, 1],
  });
  return { ...tools, 'ESLint, an empty rule': lint('empty'), 'ESLint, a typed rule': lint('typed') };
}

/** How long each takes to say its version: what it costs to start. */
export const starts = {
  ripgrep: { command: ripgrep, args: ['--version'] },
  node: node('--eval', ''),
  lockwise: node(lockwise, '--version'),
  ESLint: node(eslint, '--version'),
};

function writeConfig(tree, name, block) {
  const from = (module) => JSON.stringify(pathToFileURL(require.resolve(module, { paths: [root] })).href);
  writeFileSync(
    join(tree, `eslint.${name}.mjs`),
    `import ts from ${from('typescript-eslint')};
const bench = { rules: { empty: { create: () => ({}) } } };
void bench;
export default [
  { ignores: ['*.mjs'] },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  { files: ['**/*.ts', '**/*.mts'], languageOptions: { parser: ts.parser } },
  ${block},
];
`,
  );
}
