// `npm start` runs the main job over the examples; `npm start -- PATH` runs it over the user's own folder.
import { spawnSync } from 'node:child_process';
import { isAbsolute, join, resolve } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const given = process.argv.slice(2);
const userFolder = process.env.INIT_CWD ?? process.cwd();
// npm runs scripts from the root of the workspace: a path is meant as the user sees it from where npm was called.
const paths = given.map((arg) => (arg.startsWith('-') || isAbsolute(arg) ? arg : resolve(userFolder, arg)));
const result = spawnSync(
  process.execPath,
  [join(root, 'cli/bin/lockwise.js'), 'check', ...(given.length > 0 ? paths : ['examples'])],
  {
    cwd: given.length > 0 ? userFolder : root,
    stdio: 'inherit',
  },
);
const code = result.status ?? 2;
// Findings in the examples are the point of the demonstration, not a failure of it.
process.exitCode = given.length === 0 && code === 1 ? 0 : code;
