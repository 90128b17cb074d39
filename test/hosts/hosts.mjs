import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import plugin from '../../eslint-plugin/dist/index.js';
import { analysisOf } from '../../eslint-plugin/dist/analysis.js';
import { rules } from '@lockwise/engine';
import { diagnosticsFromServer } from '../packages/language-client.mjs';

/** A finding as every host can tell it: a line that compares. Lines and columns from 1. */
function told(path, rule, line, column, message) {
  return `${path}:${line}:${column} ${rule}: ${message}`;
}

/** What the command says, and the id of each finding. */
export function fromCommand(folder, bin, profile) {
  const measured = profile === undefined ? [] : ['--profile', profile];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [bin, 'check', '--preset', 'strict', ...measured, '--reporter', 'json', '.'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  if (stdout === '') throw new Error(`lockwise check said nothing:\n${stderr}`);
  const { findings } = JSON.parse(stdout);
  return findings.map(({ id, path, rule, start, message }) => ({
    id,
    text: told(path, rule, start.line, start.column, message),
  }));
}

/** What ESLint says; the ids as the plugin has them, for ESLint itself has no place for them. */
export function fromEslint(folder, paths, profile) {
  const settings = settingsOf(profile);
  const linter = new Linter({ cwd: folder });
  const files = ['**/*.ts', '**/*.js'];
  const configs = [
    { files: ['**/*.ts'], languageOptions: { parser } },
    { files, languageOptions: { sourceType: 'module' }, ...plugin.configs.strict },
    { files, settings },
  ];
  return paths.flatMap((path) => {
    const filename = join(folder, path);
    const messages = linter.verify(readFileSync(filename, 'utf8'), configs, { filename });
    const ids = idsOf(linter.getSourceCode(), folder, filename, settings);
    return messages.map(({ ruleId, line, column, message }) => {
      const rule = ruleId?.replace('lockwise/', '') ?? 'no rule';
      return { id: ids.get(`${rule}:${line}:${column}`), text: told(path, rule, line, column, message) };
    });
  });
}

/** What ESLint and oxlint have under `settings`. */
function settingsOf(profile) {
  return { lockwise: { preset: 'strict', ...(profile !== undefined && { profile }) } };
}

function idsOf(sourceCode, cwd, filename, settings) {
  const context = { sourceCode, cwd, filename, options: [], settings };
  const { findings } = analysisOf(context, rules[0]);
  return new Map(
    findings.map(({ rule, span, id }) => {
      const { line, column } = sourceCode.getLocFromIndex(span[0]);
      return [`${rule}:${line}:${column + 1}`, id];
    }),
  );
}

/** What the language server publishes for each file. */
export async function fromServer(folder, bin, paths, profile = '') {
  const found = [];
  for (const path of paths) {
    const diagnostics = await diagnosticsFromServer(folder, path, { bin, settings: { preset: 'strict', profile } });
    for (const { code, range, message, data } of diagnostics)
      found.push({
        id: data?.id,
        text: told(path, code, range.start.line + 1, range.start.character + 1, message),
      });
  }
  return found;
}

/** What oxlint says with the same plugin. It has no presets of plugins, so each rule is named. */
export function fromOxlint(folder, oxlint, pluginFile, levels, profile) {
  const config = join(folder, 'oxlint.json');
  writeFileSync(
    config,
    JSON.stringify({
      jsPlugins: [pluginFile],
      categories: { correctness: 'off' },
      settings: settingsOf(profile),
      rules: levels,
    }),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-c', config, '--format', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout.trim() === '' ? '{"diagnostics":[]}' : stdout);
  if (diagnostics.length === 0) throw new Error(`oxlint said nothing:\n${stdout}\n${stderr}`);
  return diagnostics.map(({ message, code, filename, labels }) => {
    const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
    const { line, column } = labels[0].span;
    return { id: undefined, text: told(filename, rule, line, column, message) };
  });
}
