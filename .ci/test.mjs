// `npm test`: installs, builds, and passes every test. Each suite has its own time budget.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

/** Suites that need a build live below `test/`, each with a `suite.mjs`: `export const minutes`, and a default function that throws on failure. */
const suites = readdirSync(join(root, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'test', entry.name, 'suite.mjs')))
  .map((entry) => entry.name)
  .sort();

function attempt(name, minutes, command, args) {
  const began = Date.now();
  console.log(`\n== ${name} (at most ${minutes} minutes)`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    timeout: minutes * 60_000,
    killSignal: 'SIGKILL',
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  const ok = status === 0 && error === undefined;
  console.log(
    `== ${name}: ${ok ? 'passed' : error?.code === 'ETIMEDOUT' ? 'ran out of its time' : 'FAILED'} after ${seconds} s`,
  );
  return ok;
}

ready();
const chosen = process.argv.slice(2);
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const outcomes = [];
if (wanted('check')) outcomes.push(attempt('check', 6, process.execPath, ['.ci/check.mjs']));
if (wanted('unit')) outcomes.push(attempt('unit', 12, process.execPath, ['node_modules/vitest/vitest.mjs', 'run']));
for (const name of suites) {
  if (!wanted(name)) continue;
  const { minutes } = await import(join(root, 'test', name, 'suite.mjs'));
  outcomes.push(attempt(name, minutes, process.execPath, [`test/${name}/suite.mjs`]));
}
const failed = outcomes.filter((ok) => !ok).length;
console.log(`\nsuites: ${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1;
