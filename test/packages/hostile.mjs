// Hostile input through the ESLint of a project, with the packed plugin in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inputs } from '../hostile/inputs.mjs';

/** Runs in the project. What ESLint cannot read with a rule that does nothing, it cannot read with ours. */
const SCRIPT = `import { ESLint } from 'eslint';
import lockwise from 'eslint-plugin-lockwise';
import tseslint from 'typescript-eslint';
import { readFileSync, writeFileSync } from 'node:fs';
const files = ['**/*.{ts,tsx,js,cjs}'];
const base = [{ files: ['**/*.{ts,tsx}'], languageOptions: { parser: tseslint.parser } }];
const none = { rules: { none: { create: () => ({ Program() {} }) } } };
const eslints = {
  without: new ESLint({ overrideConfigFile: true, overrideConfig: [...base, { files, plugins: { none }, rules: { 'none/none': 'error' } }] }),
  found: new ESLint({ overrideConfigFile: true, overrideConfig: [...base, { files, ...lockwise.configs.strict }] }),
};
const outcome = async (eslint, path) => {
  try {
    const [{ messages }] = await eslint.lintText(readFileSync(path, 'utf8'), { filePath: path });
    return messages.map(({ message, fatal }) => ({ message, fatal: fatal === true }));
  } catch (error) {
    return [{ message: String(error), fatal: true }];
  }
};
const outcomes = {};
for (const path of JSON.parse(readFileSync('hostile.json', 'utf8')))
  outcomes[path] = { without: await outcome(eslints.without, path), found: await outcome(eslints.found, path) };
writeFileSync('hostile-outcomes.json', JSON.stringify(outcomes));
`;

/** Holds that the plugin reads whatever this project's ESLint does, or says in one line why not. */
export function expectHostileInputRead(folder) {
  const all = inputs.map((input, index) => {
    const at = (path) => `hostile/input-${index}/${path}`;
    for (const [path, text] of Object.entries(input.files)) {
      mkdirSync(dirname(join(folder, at(path))), { recursive: true });
      writeFileSync(join(folder, at(path)), text);
    }
    const paths = (input.main === undefined ? Object.keys(input.files) : [input.main]).map(at);
    return { input, paths: paths.filter((path) => existsSync(join(folder, path))) };
  });
  writeFileSync(join(folder, 'hostile.json'), JSON.stringify(all.flatMap(({ paths }) => paths)));
  writeFileSync(join(folder, 'hostile.mjs'), SCRIPT);
  const { status, signal, stderr } = spawnSync(process.execPath, ['hostile.mjs'], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `ESLint ended with ${status ?? signal}:\n${stderr}`);
  const outcomes = JSON.parse(readFileSync(join(folder, 'hostile-outcomes.json'), 'utf8'));
  for (const { input, paths } of all)
    for (const path of paths) {
      const { without, found } = outcomes[path];
      if (without.some(({ fatal }) => fatal)) {
        assert.deepEqual(found, without, input.name);
        continue;
      }
      const problems = found.filter(({ message, fatal }) => fatal || message.startsWith('lockwise: '));
      assert.ok(problems.length <= (input.mayBeRefused ? 1 : 0), `${input.name}: ${JSON.stringify(problems)}`);
      for (const { message } of problems) assert.match(message, /nested too deeply/, input.name);
      if (input.mayBeRefused || input.main !== undefined) assert.ok(found.length > 0, `${input.name}: nothing is said`);
    }
}
