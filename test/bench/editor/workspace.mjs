// A made-up workspace of a given size: most files know nothing of locks, as in real ones.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One in this many files takes a lock; in the real code that was looked at it is one in ten to fifty. */
const lockingEvery = 20;

/** A file that every locking file imports, and calls while it holds its lock. */
export const centralPath = 'src/shared/request.ts';

/** Writes the files and answers their folder. */
export function makeWorkspace(files) {
  const root = mkdtempSync(join(tmpdir(), 'lockwise-bench-'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'bench', private: true, type: 'module' }));
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, module: 'NodeNext' } }));
  for (let index = 0; index < files; index++) {
    const path = join(root, pathOf(index));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, index % lockingEvery === 0 ? lockingFile(index, 6) : plainFile(index));
  }
  mkdirSync(dirname(join(root, centralPath)), { recursive: true });
  writeFileSync(join(root, centralPath), central);
  return root;
}

const central = `
/** Every limited request of the service, with its token. */
export async function request(url: string, token: string): Promise<Response> {
  const answer = await fetch(url, { headers: { token } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}
`;

export function pathOf(index) {
  return `src/part${Math.floor(index / 50)}/module${index}.ts`;
}

function plainFile(index) {
  const functions = Array.from(
    { length: 12 },
    (_, number) => `
export function step${number}(input: readonly number[], floor = ${number + 1}): number {
  let total = 0;
  for (const value of input) {
    if (value > floor) total += value * ${index % 7};
    else total -= value;
  }
  return total;
}`,
  );
  return `import { join } from 'node:path';\n${functions.join('\n')}\nexport const place${index} = join('a', 'b');\n`;
}

/** About 20 lines a method, one lock a class. */
export function lockingFile(index, methods) {
  const bodies = Array.from({ length: methods }, (_, number) =>
    number % 2 === 0
      ? `
  async load${number}(url: string): Promise<string> {
    return await this.mutex.runExclusive(async () => {
      const token = this.token;
      const answer = await request(url, token);
      const parts: string[] = [];
      for (const [name, value] of answer.headers) {
        if (name.startsWith('x-')) parts.push(\`\${name}=\${value}\`);
        else if (value.length > 80) parts.push(name);
      }
      return parts.join(';');
    });
  }`
      : `
  async refresh${number}(token: string): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.token = token;
      this.uses += ${number};
      if (this.uses > 1000) this.uses = 0;
    } finally {
      release();
    }
  }`,
  );
  return `import { Mutex } from 'async-mutex';
import { request } from '../shared/request.js';

export class Service${index} {
  private readonly mutex = new Mutex();
  private token = '';
  private uses = 0;
${bodies.join('\n')}
}
`;
}
