// `npm run check`: types, lint, format. Every failure prints the command that mends it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const bin = (path) => [process.execPath, join(root, 'node_modules', path)];
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
];
let failed = 0;
for (const { name, command, mend } of steps) {
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  console.log(`check: ${name} ${status === 0 ? 'ok' : `FAILED — see it with: ${mend}`}`);
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
