import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProject } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { helpers, program } from '../../engine/test/fuzz/programs.js';
import { inputs } from '../../test/hostile/inputs.mjs';
import plugin from '../src/index.js';
import { folderWith } from './linting.js';

const files = ['**/*.{ts,tsx,js,cjs}'];
const languages: Linter.Config[] = [
  { files: ['**/*.{ts,tsx}'], languageOptions: { parser: parser as Linter.Parser } },
  { files: ['**/*.js'], languageOptions: { sourceType: 'module' } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
];
const ours: Linter.Config = { files, ...plugin.configs.strict };
const empty: Linter.Config = {
  files,
  plugins: { empty: { rules: { none: { create: () => ({ Program: () => {} }) } } } },
  rules: { 'empty/none': 'error' },
};

/** What ESLint comes to: its messages, or what it threw. */
function outcome(cwd: string, path: string, text: string, config: Linter.Config): Linter.LintMessage[] | string {
  try {
    return new Linter({ cwd }).verify(text, [...languages, config], { filename: join(cwd, path) });
  } catch (error) {
    return String(error);
  }
}

describe('hostile input through ESLint', () => {
  test.each(inputs)('$name', { timeout: 600_000 }, ({ files: texts, main, mayBeRefused }) => {
    const folder = folderWith(texts);
    for (const [path, text] of Object.entries(texts)) {
      if ((main !== undefined && path !== main) || !existsSync(join(folder, path))) continue;
      const without = outcome(folder, path, text, empty);
      const found = outcome(folder, path, text, ours);
      // What ESLint and its parser cannot read they cannot read with us either.
      if (typeof without === 'string' || without.some(({ fatal }) => fatal)) expect(found).toEqual(without);
      else expectRead(found, mayBeRefused);
      if (main !== undefined) expect(told(found)).toContainEqual(expect.stringContaining('stays locked'));
    }
  });
});

const told = (found: Linter.LintMessage[] | string): string[] =>
  typeof found === 'string' ? [found] : found.map(({ message }) => message);

/** Findings; or, where that is allowed, one line that tells why there are none. */
function expectRead(found: Linter.LintMessage[] | string, mayBeRefused = false): void {
  const problems = told(found).filter((message) => typeof found === 'string' || message.startsWith('lockwise: '));
  expect(problems).toEqual(mayBeRefused && problems.length > 0 ? [expect.stringContaining('nested too deeply')] : []);
  if (mayBeRefused) expect(found.length).toBeGreaterThan(0);
}

/** A fixed seed, so that a failure of one run is one of all. */
const fuzzed = { seed: 20261125, numRuns: 40, endOnFailure: true };

test(
  'any program with locks ends in findings that ESLint takes, with the same places as the command has',
  { timeout: 600_000 },
  () => {
    let count = 0;
    fc.assert(
      fc.property(program, (text) => {
        const folder = folderWith({ 'program.ts': text, 'helpers.ts': helpers });
        const found = outcome(folder, 'program.ts', text, ours);
        const project = createProject({
          host: createNodeHost({ root: folder }),
          config: { preset: 'strict', rules: {}, locks: [] },
        });
        project.set('program.ts', text);
        const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
        expect((found as Linter.LintMessage[]).map(({ ruleId, line }) => `${line} ${ruleId}`).sort()).toEqual(
          project
            .check()
            .findings.map(({ rule, span }) => `${lineOf(span[0])} lockwise/${rule}`)
            .sort(),
        );
        count += found.length;
      }),
      fuzzed,
    );
    expect(count).toBeGreaterThan(fuzzed.numRuns);
  },
);
