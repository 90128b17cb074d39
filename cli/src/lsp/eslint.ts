import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDecorators, readLockModels, type DecoratorModel, type Level, type LockModel } from '@lockwise/engine';

/** What a project's ESLint configuration says of our rules. */
export interface EslintLevels {
  /** Levels and options by file, for files whose configuration has the plugin. Rules that it does not name are off, as in ESLint. */
  readonly files: Readonly<Record<string, Readonly<Record<string, readonly [level: Level, ...options: object[]]>>>>;
  readonly locks: readonly LockModel[];
  readonly decorators: readonly DecoratorModel[];
}

const configNames = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((extension) => `eslint.config.${extension}`);

export function eslintConfigOf(root: string): string | undefined {
  return configNames.find((name) => existsSync(join(root, name)));
}

export function isEslintConfig(path: string): boolean {
  return configNames.some((name) => path === name || path.endsWith(`/${name}`));
}

/** Runs in a process of its own: a configuration is a program, with its plugins it takes more memory than the server, and it may hang. */
const probe = `
import { createRequire } from 'node:module';
import { join } from 'node:path';
let input = '';
for await (const chunk of process.stdin) input += chunk;
const { ESLint } = createRequire(join(process.cwd(), 'eslint.config.js'))('eslint');
const eslint = new ESLint({ cwd: process.cwd() });
const levels = ['off', 'warn', 'error'];
const files = {};
const settings = { locks: [], decorators: [] };
for (const path of JSON.parse(input)) {
  if (await eslint.isPathIgnored(path)) continue;
  const config = await eslint.calculateConfigForFile(path);
  if (!config || !config.rules) continue;
  const own = Object.entries(config.rules).filter(([name]) => name.startsWith('lockwise/'));
  if (own.length === 0) continue;
  files[path] = Object.fromEntries(own.map(([name, [severity, ...options]]) =>
    [name.slice('lockwise/'.length), [levels[severity] ?? severity, ...options]]));
  for (const name in settings) settings[name] = config.settings?.lockwise?.[name] ?? settings[name];
}
process.stdout.write('\\n' + JSON.stringify({ files, ...settings }));
`;

const timeLimit = 30_000;

/**
 * The levels that the project's ESLint would use, or undefined where it does not have the plugin.
 * Executes the workspace's code, so it must only be called in a trusted workspace.
 */
export async function readEslintLevels(root: string, paths: readonly string[]): Promise<EslintLevels | undefined> {
  const answer = await runProbe(root, JSON.stringify(paths));
  const { files, locks, decorators } = JSON.parse(answer) as { files: EslintLevels['files'] } & Record<string, unknown>;
  if (Object.keys(files).length === 0) return undefined;
  // What makes no sense there stops ESLint itself, with a line that says so.
  return { files, locks: readLockModels(locks).models, decorators: readDecorators(decorators).decorators };
}

function runProbe(root: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Inside VS Code the executable is Electron, which is Node when told so.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const child = spawn(process.execPath, ['--input-type=module', '-e', probe], { cwd: root, env, timeout: timeLimit });
    let output = '';
    let trouble = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output.slice(output.lastIndexOf('\n') + 1));
      else reject(new Error(signal === null ? firstError(trouble) : `it did not finish within ${timeLimit / 1000} s`));
    });
    child.stdin.on('error', () => undefined); // The child may end before it has read everything; its exit code tells why.
    child.stdin.end(input);
  });
}

function firstError(trouble: string): string {
  const lines = trouble.split('\n').filter((line) => line.trim() !== '');
  // Node shows the line that threw above the error itself.
  const told = lines.find((line) => /^\w*Error\b.*: /.test(line)) ?? lines.find((line) => line.includes('Error'));
  return told?.trim() ?? lines[0] ?? 'it gave no reason';
}
