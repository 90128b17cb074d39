import { mkdirSync, symlinkSync } from 'node:fs';
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

describe('a file that the parser has types of', () => {
  const folder = () => {
    const root = folderWith({
      'package.json': '{ "type": "module" }',
      'tsconfig.json':
        '{ "compilerOptions": { "module": "nodenext", "strict": true, "types": [] }, "include": ["*.ts"] }',
      'room.ts': room,
      'deps.ts': `import type { MutexInterface } from 'async-mutex';\nexport interface Deps { readonly lock: MutexInterface }\n`,
    });
    mkdirSync(join(root, 'node_modules'));
    const installed = fileURLToPath(new URL('../../node_modules/async-mutex', import.meta.url));
    symlinkSync(installed, join(root, 'node_modules/async-mutex'), 'junction');
    return root;
  };

  const rulesFor = (root: string, typed: boolean): (string | null)[] => {
    const parserOptions = typed ? { projectService: true, tsconfigRootDir: root } : {};
    const config: Linter.Config[] = [
      { files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser, parserOptions } },
      { files: ['**/*.ts'], ...plugin.configs.recommended },
    ];
    const messages = new Linter({ cwd: root }).verify(room, config, { filename: join(root, 'room.ts') });
    return messages.map(({ ruleId }) => ruleId);
  };

  test('has locks that are told by their types alone', () => {
    const root = folder();
    expect(rulesFor(root, false)).toEqual([]);
    expect(rulesFor(root, true)).toEqual(['lockwise/require-release']);
    expect(rulesFor(root, false)).toEqual([]);
  });
});
