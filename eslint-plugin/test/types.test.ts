import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugin from '../src/index.js';
import { folderWith } from './linting.js';

const room = `import type { Deps } from './deps.js';
declare function work(): Promise<void>;
export async function save(deps: Deps): Promise<void> {
  const release = await deps.lock.acquire();
  await work();
  release();
}
`;

function withAsyncMutex(root: string): string {
  mkdirSync(join(root, 'node_modules'));
  const installed = fileURLToPath(new URL('../../node_modules/async-mutex', import.meta.url));
  symlinkSync(installed, join(root, 'node_modules/async-mutex'), 'junction');
  return root;
}

describe('a file that the parser has types of', () => {
  const folder = () => {
    const root = folderWith({
      'package.json': '{ "type": "module" }',
      'tsconfig.json':
        '{ "compilerOptions": { "module": "nodenext", "strict": true, "types": [] }, "include": ["*.ts"] }',
      'room.ts': room,
      'deps.ts': `import type { MutexInterface } from 'async-mutex';\nexport interface Deps { readonly lock: MutexInterface }\n`,
    });
    return withAsyncMutex(root);
  };

  const rulesFor = (root: string, typed: boolean, path = 'room.ts'): (string | null)[] => {
    const parserOptions = typed ? { projectService: true, tsconfigRootDir: root } : {};
    const config: Linter.Config[] = [
      { files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser, parserOptions } },
      { files: ['**/*.ts'], ...plugin.configs.recommended },
    ];
    const messages = new Linter({ cwd: root }).verify(readFileSync(join(root, path), 'utf8'), config, {
      filename: join(root, path),
    });
    return messages.map(({ ruleId }) => ruleId);
  };

  test('has locks that are told by their types alone', () => {
    const root = folder();
    expect(rulesFor(root, false)).toEqual([]);
    expect(rulesFor(root, true)).toEqual(['lockwise/require-release']);
    expect(rulesFor(root, false)).toEqual([]);
  });

  test('is told the same whichever file of another project of TypeScript came before', () => {
    const tsconfig = JSON.stringify({
      compilerOptions: { module: 'nodenext', strict: true, types: [], allowImportingTsExtensions: true, noEmit: true },
      include: ['*.ts'],
    });
    const files = {
      'package.json': '{ "type": "module" }',
      'a/tsconfig.json': tsconfig,
      'a/main.ts': `import { take } from './bridge.js';
declare function work(): Promise<void>;
export async function go(): Promise<void> {
  const release = await take();
  try { await work(); } finally { release(); }
}
`,
      // What is written in JavaScript, and leads to, is in no program of `a`.
      'a/bridge.js': `export { take } from '../b/take.js';\n`,
      'b/tsconfig.json': tsconfig,
      'b/take.ts': `import type { Mutex } from 'async-mutex';
interface Box<T> { readonly value: T }
declare const box: Box<Mutex>;
export async function take() {
  const release = await box.value.acquire();
  return release;
}
`,
      'b/room.ts': `import { take } from './take.js';
declare function work(): Promise<void>;
export async function save(): Promise<void> {
  const release = await take();
  await work();
  release();
}
`,
    };
    const workspace = () => withAsyncMutex(folderWith(files));
    expect(rulesFor(workspace(), true, 'b/room.ts')).toEqual(['lockwise/require-release']);
    const root = workspace();
    expect(rulesFor(root, true, 'a/main.ts')).toEqual([]);
    expect(rulesFor(root, true, 'b/room.ts')).toEqual(['lockwise/require-release']);
  });
});
