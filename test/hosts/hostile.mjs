// Hostile input through oxlint. Its native parser has an end too: what oxlint cannot read with a plugin that does nothing, it cannot read with ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inputs } from '../hostile/inputs.mjs';

const EMPTY = `export default { meta: { name: 'empty' }, rules: { none: { create: () => ({ Program() {} }) } } };\n`;

/**
 * @param folder to write the inputs to
 * @param oxlint its script
 * @param plugin the file of ours
 * @param rules ours, with their levels
 */
export function hostileThroughOxlint(folder, oxlint, plugin, rules) {
  writeFileSync(join(folder, 'empty.mjs'), EMPTY);
  const empty = configuration(folder, 'empty', './empty.mjs', { 'empty/none': 'error' });
  const ours = configuration(folder, 'ours', plugin, rules);
  const folders = inputs.map((input, index) => {
    const own = join(folder, `input-${index}`);
    for (const [path, text] of Object.entries(input.files)) {
      mkdirSync(dirname(join(own, path)), { recursive: true });
      writeFileSync(join(own, path), text);
    }
    return { input, own };
  });
  const run = (config, paths) =>
    spawnSync(process.execPath, [oxlint, '-c', config, '--format', 'json', ...paths], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 300_000,
    });
  const left = [];
  for (const { input, own } of folders) {
    const paths = (input.main === undefined ? Object.keys(input.files) : [input.main]).map((path) => join(own, path));
    // The few that oxlint may not survive, each in a process of its own.
    const isReadByHost = !input.mayBeRefused || diagnosticsOf(run(empty, paths))?.every(({ code }) => code);
    if (isReadByHost) left.push({ input, paths: paths.filter((path) => existsSync(path)) });
  }
  const ran = run(
    ours,
    left.flatMap(({ paths }) => paths),
  );
  const told = diagnosticsOf(ran);
  assert.ok(told, `oxlint ended with ${ran.status ?? ran.signal}:\n${ran.stdout}\n${ran.stderr}`);
  for (const { input, paths } of left) {
    const messages = told
      .filter(({ filename }) => paths.includes(join(folder, filename)))
      .map(({ message }) => message);
    const problems = messages.filter((message) => /^lockwise: |JS plugin/.test(message));
    assert.ok(problems.length <= (input.mayBeRefused ? 1 : 0), `${input.name}: ${problems.join('\n')}`);
    for (const problem of problems) assert.match(problem, /^lockwise: is nested too deeply/, input.name);
    if (input.mayBeRefused || input.main !== undefined)
      assert.ok(messages.length > 0, `${input.name}: nothing is said`);
  }
  return `${left.length} of ${inputs.length} hostile inputs are read through oxlint; the others it cannot read by itself`;
}

function configuration(folder, name, plugin, rules) {
  const file = join(folder, `oxlint-${name}.json`);
  const settings = { lockwise: { preset: 'strict' } };
  writeFileSync(file, JSON.stringify({ jsPlugins: [plugin], categories: { correctness: 'off' }, settings, rules }));
  return file;
}

function diagnosticsOf({ stdout }) {
  try {
    return JSON.parse(stdout).diagnostics;
  } catch {
    return undefined;
  }
}
