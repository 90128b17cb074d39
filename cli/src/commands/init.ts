import { join } from 'node:path';
import { applyEdits as applyJson, modify, parse } from 'jsonc-parser';
import pc from 'picocolors';
import type { Request } from '../arguments.js';
import { writeOutput } from '../output.js';
import { FileTrouble, type Files, type Ports } from '../ports.js';

const EXTENSION = 'lockwise.lockwise-vscode';
const ESLINT_CONFIGS = [
  'eslint.config.js',
  'eslint.config.mjs',
  'eslint.config.cjs',
  'eslint.config.ts',
  'eslint.config.mts',
  'eslint.config.cts',
];

interface Proposal {
  readonly file: string;
  readonly text: string;
  readonly isNew: boolean;
}

/** Sets a project up: shows what would be written, and writes it when told to. An ESLint configuration that is there is a program of the user's: for it the lines are shown. */
export async function init(request: Request, ports: Ports): Promise<number> {
  const { terminal, files, cwd } = ports;
  const c = pc.createColors(terminal.colours);
  const existing = ESLINT_CONFIGS.find((name) => files.stat(join(cwd, name)));
  const proposals = [...(existing === undefined ? [eslintConfig(files, cwd)] : []), ...recommendation(files, cwd)];
  if (existing !== undefined && !mentionsPlugin(files, join(cwd, existing)))
    terminal.out(`${c.bold(`Add to ${existing}:`)}\n\n${ADDITION}\n`);
  for (const { file, text, isNew } of proposals)
    terminal.out(`${c.bold(`${isNew ? 'New file' : 'Changed'}: ${file}`)}\n\n${text}\n`);
  terminal.out(`Install the plugin:  ${c.bold('npm install --save-dev eslint eslint-plugin-lockwise')}\n`);
  if (proposals.length === 0) {
    terminal.out('There is nothing to write.\n');
    return 0;
  }
  if (request.fix.mode !== 'write' && !(await agreed(ports))) return 0;
  for (const { file, text } of proposals) {
    await writeOutput(ports, file, text);
    terminal.out(`wrote ${file}\n`);
  }
  return 0;
}

async function agreed({ terminal }: Ports): Promise<boolean> {
  if (!terminal.interactive) {
    terminal.out('Nothing was written: lockwise init --write writes it.\n');
    return false;
  }
  return (await terminal.ask('Write it? [y,n] '))?.trim() === 'y';
}

const ADDITION = `import lockwise from 'eslint-plugin-lockwise';

export default [
  // … your own configuration
  lockwise.configs.recommended,
];
`;

function eslintConfig(files: Files, folder: string): Proposal {
  const manifest = files.stat(join(folder, 'package.json'))
    ? (parse(files.read(join(folder, 'package.json')).toString('utf8')) as { type?: string })
    : {};
  const file = manifest.type === 'module' ? 'eslint.config.js' : 'eslint.config.mjs';
  const text = `import lockwise from 'eslint-plugin-lockwise';

export default [lockwise.configs.recommended];
`;
  return { file, text, isNew: true };
}

function recommendation(files: Files, folder: string): Proposal[] {
  const file = '.vscode/extensions.json';
  const isNew = files.stat(join(folder, file)) === undefined;
  const text = isNew ? '{}\n' : files.read(join(folder, file)).toString('utf8');
  const value: unknown = parse(text);
  if (typeof value !== 'object' || value === null)
    throw new FileTrouble('BADJSON', `${file} is not a JSON object; correct it first`);
  const known = (value as { recommendations?: string[] }).recommendations ?? [];
  if (known.includes(EXTENSION)) return [];
  const formattingOptions = { tabSize: 2, insertSpaces: true };
  const edits = modify(text, ['recommendations'], [...known, EXTENSION], { formattingOptions });
  return [{ file, text: applyJson(text, edits), isNew }];
}

function mentionsPlugin(files: Files, file: string): boolean {
  return files.read(file).includes('eslint-plugin-lockwise');
}
