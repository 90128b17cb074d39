import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Linter } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import { afterEach } from 'vitest';
import plugin from '../src/index.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, gone after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockwise-plugin-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface LintOptions {
  readonly preset?: 'recommended' | 'strict';
  readonly filename?: string;
  readonly cwd?: string;
  readonly settings?: Linter.Config['settings'];
  readonly rules?: Linter.RulesRecord;
}

const files = ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.mjs'];

function configsOf({ preset = 'recommended', settings, rules }: LintOptions): Linter.Config[] {
  return [
    { files, languageOptions: { sourceType: 'module' } },
    { files: ['**/*.ts', '**/*.tsx'], languageOptions: { parser: parser as Linter.Parser } },
    { files, ...plugin.configs[preset] },
    { files, settings: settings ?? {}, rules: rules ?? {} },
  ];
}

/** What ESLint says of a text, with the recommended preset unless told. */
export function lint(code: string, options: LintOptions = {}): Linter.LintMessage[] {
  const linter = new Linter(options.cwd === undefined ? {} : { cwd: options.cwd });
  return linter.verify(code, configsOf(options), { filename: options.filename ?? 'store.ts' });
}

/** The text after a person picked a suggestion. */
export function withSuggestion(code: string, suggestion: Linter.LintSuggestion): string {
  const [start, end] = suggestion.fix.range;
  return code.slice(0, start) + suggestion.fix.text + code.slice(end);
}
