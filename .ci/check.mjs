// `npm run check`: types, lint, format, dead code, what the packages export. Every failure prints the command that mends it.
// Sizes, names, layers and docs are tests of the suite `unit`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { digest, once, ready, root, run } from './ready.mjs';

ready();
const tools = join(root, '.ci/tools');
once('tools', digest([join(tools, 'package-lock.json')]), () => {
  console.log('check: installing its tools (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools });
});
const bin = (path) => [process.execPath, join(root, 'node_modules', path)];
const tool = (path) => [process.execPath, join(tools, 'node_modules', path)];
const steps = [
  { name: 'types', command: [...bin('typescript/bin/tsc'), '-b'], mend: 'npx tsc -b' },
  {
    name: 'types of the tests',
    command: [...bin('typescript/bin/tsc'), '-p', 'test/tsconfig.json'],
    mend: 'npx tsc -p test/tsconfig.json',
  },
  { name: 'lint', command: [...bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'], mend: 'npx eslint --fix .' },
  {
    name: 'format',
    command: [...bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
    mend: 'npx prettier --write .',
  },
  {
    name: 'dead code',
    command: [...tool('knip/bin/knip.js'), '--config', '.ci/knip.jsonc'],
    mend: 'node .ci/tools/node_modules/knip/bin/knip.js --config .ci/knip.jsonc --fix',
  },
  ...['runtime', 'eslint-plugin', 'cli'].map((name) => ({
    name: `exports of ${name}`,
    command: [...tool('publint/src/cli.js'), name, '--strict', '--pack', 'npm'],
    mend: `node .ci/tools/node_modules/publint/src/cli.js ${name}`,
  })),
];
let failed = 0;
for (const { name, command, mend } of steps) {
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  console.log(`check: ${name} ${status === 0 ? 'ok' : `FAILED — see it with: ${mend}`}`);
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
