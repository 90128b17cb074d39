import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';

/** The messages of a rule over files, all of which the project has. */
function messages(rule: string, files: Record<string, string>): string[] {
  const resolve = (specifier: string) => {
    const path = specifier.replace('./', '').replace('.js', '.ts');
    return path in files ? path : undefined;
  };
  const host = { parse: parseSource, read: (path: string) => files[path], resolve };
  const project = createProject({ host, config: { ...defaultConfig, preset: 'strict' } });
  for (const [path, text] of Object.entries(files)) project.set(path, text);
  return project.check().findings.flatMap((finding) => (finding.rule === rule ? [finding.message] : []));
}

const queue = `import { Mutex } from 'async-mutex';
export class Queue {
  mutex = new Mutex();
  run(job: () => Promise<void>) { return this.mutex.runExclusive(job); }
}
`;

describe('a lock is called', () => {
  it('what it is called where it is declared, though a file that comes first calls it otherwise', () => {
    const user = `import { Queue } from './queue.js';
const queue = new Queue();
export const go = () => queue.run(async () => { await fetch('/'); });
`;
    for (const path of ['a-user.ts', 'z-user.ts'])
      expect(messages('no-mutable-lock', { [path]: user, 'queue.ts': queue })).toEqual([
        expect.stringContaining('`this.mutex` could be given another lock'),
      ]);
  });

  it('what the section calls it that is told of, though another file takes it by another name', () => {
    const user = (name: string) => `import { ${name} } from './queues.js';
export const go = () => ${name}.mutex.runExclusive(() => { fetch('/'); });
`;
    const files = {
      'queue.ts': queue.replace('mutex = ', 'readonly mutex = '),
      'queues.ts': `import { Queue } from './queue.js';\nexport const left = new Queue();\nexport const right = new Queue();\n`,
      'a.ts': user('left'),
      'b.ts': user('right'),
    };
    expect(messages('no-early-release', files)).toEqual([
      expect.stringContaining('`left.mutex` is released at once'),
      expect.stringContaining('`right.mutex` is released at once'),
    ]);
  });
});
