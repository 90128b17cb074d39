// Checks the source of published packages with the types of their compiler, and without, by the command and by ESLint: types may only add.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import plugin from '../../eslint-plugin/dist/index.js';

/** With much locking each, and one where only types tell some of the locks; all of them would take a minute. */
const COMPARED = ['helia', 'livekit-client', 'powersync-common', 'wa-sqlite'];

/** @param tree a `TypedTree` of the packages */
export function typesOnlyAdd(tree) {
  const told = (...types) =>
    COMPARED.flatMap((folder) =>
      tree
        .reported('check', folder, '--preset', 'strict', '--no-cache', ...types)
        .findings.map(({ id, rule, path, start, message }) => `${path}:${start.line} ${rule} ${id}\n  ${message}`),
    );
  const without = told();
  const withTypes = told('--types');
  const gone = without.filter((finding) => !withTypes.includes(finding));
  assert.deepEqual(gone, [], 'types take findings back, or tell them in other words');
  const added = withTypes.filter((finding) => !without.includes(finding));
  assert.ok(added.length > 0, 'types add nothing: the test holds nothing');
  return `${without.length} findings without types in ${COMPARED.length} packages, the same and ${added.length} more with them`;
}

/** One with much locking, and the one whose locks types tell. */
const LINTED = ['livekit-client', 'wa-sqlite'];

/** The same for ESLint, whose parser has the types: `projectService` as a configuration has it. */
export function typesOnlyAddInEslint(tree) {
  const found = LINTED.map((folder) => lintedTwice(tree, folder));
  const gone = found.flatMap(({ without, withTypes }) => without.filter((finding) => !withTypes.includes(finding)));
  assert.deepEqual(gone, [], 'types take findings back in ESLint, or tell them in other words');
  const count = (how) => found.reduce((sum, one) => sum + one[how].length, 0);
  assert.ok(count('withTypes') > count('without'), 'types add nothing in ESLint: the test holds nothing');
  return `ESLint: ${count('without')} findings without types in ${LINTED.length} packages, the same and ${count('withTypes') - count('without')} more with them`;
}

/** The files of a package that the command has findings in, with types, through ESLint with them and without. */
function lintedTwice(tree, folder) {
  const { findings } = tree.reported('check', folder, '--preset', 'strict', '--no-cache', '--types');
  const paths = [...new Set(findings.map(({ path }) => path))];
  return {
    without: paths.flatMap((path) => linted(tree.path, path, {})),
    withTypes: paths.flatMap((path) => linted(tree.path, path, { projectService: true, tsconfigRootDir: tree.path })),
  };
}

function linted(cwd, path, parserOptions) {
  const files = ['**/*.ts', '**/*.js'];
  const configs = [
    { files, languageOptions: { parser, parserOptions } },
    { files, ...plugin.configs.strict },
    { files, settings: { lockwise: { preset: 'strict' } } },
  ];
  const filename = join(cwd, path);
  const messages = new Linter({ cwd }).verify(readFileSync(filename, 'utf8'), configs, { filename });
  const fatal = messages.find((message) => message.fatal);
  assert.equal(fatal, undefined, `ESLint cannot read ${path}: ${fatal?.message}`);
  return messages
    .filter(({ ruleId }) => ruleId?.startsWith('lockwise/'))
    .map(({ ruleId, line, column, message }) => `${path}:${line}:${column} ${ruleId} ${message}`);
}
