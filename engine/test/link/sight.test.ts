import { describe, expect, it } from 'vitest';
import { createProject, importClausesOf, Prefilter, type Config } from '@lockwise/engine';
import { memoryHost } from '../checks/check-rule.js';

const config: Config = { preset: 'strict', rules: {}, locks: [] };
const prefilter = new Prefilter(config);

const LOCKS = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function serialized<T>(task: () => Promise<T>): Promise<T> {
  return mutex.runExclusive(task);
}
export const enter = () => mutex.acquire();
export const label = (text: string): string => text.trim();
`;

/** Holds the lock over a throw, and takes it again while it holds it, under names that say nothing of a lock. */
const USER = `export async function save(): Promise<void> {
  const leave = await enter();
  await fetch('x');
  leave();
}
export async function twice(): Promise<void> {
  await serialized(async () => {
    await serialized(async () => undefined);
  });
}
`;

type Files = Readonly<Record<string, string>>;

/** As the command does it: by words, then by the names of helpers. */
function found(files: Files, isWhole = true): string[] {
  const project = createProject({ host: memoryHost(files), config });
  const rest = new Map<string, ReturnType<typeof importClausesOf>>();
  const speaking = new Set<string>();
  for (const [path, text] of Object.entries(files))
    if (prefilter.mayConcern(text)) project.set(path, text);
    else {
      rest.set(path, importClausesOf(text));
      if (prefilter.speaks(text)) speaking.add(path);
    }
  for (const path of project.helped(rest, isWhole, speaking)) project.set(path, files[path]!);
  return told(project.check().findings);
}

/** As ESLint does it: each file alone, which leads to the others. */
function foundAlone(files: Files): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const project = createProject({ host: memoryHost(files), config });
    project.set(path, text);
    return told(project.check().findings);
  });
}

const told = (findings: readonly { path: string; rule: string; span: readonly [number, number] }[]) =>
  findings.map(({ path, rule, span }) => `${path}:${span[0]} ${rule}`).sort();

const CHAINS: Readonly<Record<string, { readonly files: Files; readonly user: string }>> = {
  'one file that imports a helper': {
    files: { 'order.ts': LOCKS, 'user.ts': `import { enter, serialized } from './order';\n${USER}` },
    user: 'user.ts',
  },
  'a helper of a helper': {
    files: {
      'order.ts': LOCKS,
      'steps.ts': `import { enter as begin, serialized as one } from './order';
export const enter = () => begin();
export const serialized = <T>(task: () => Promise<T>): Promise<T> => one(task);
`,
      'user.ts': `import { enter, serialized } from './steps';\n${USER}`,
    },
    user: 'user.ts',
  },
  're-exports, a namespace and a default': {
    files: {
      'order.ts': LOCKS,
      'index.ts': `export * from './order';\nexport * as steps from './order';\nexport { enter as default } from './order';\n`,
      'user.ts': `import enter, { steps } from './index';\nconst { serialized } = { serialized: steps.serialized };\n${USER}`,
    },
    user: 'user.ts',
  },
  'a namespace of a file that exports all of another': {
    files: {
      'order.ts': LOCKS,
      'index.ts': "export * from './order';\n",
      'user.ts': `import * as steps from './index';\nconst { enter, serialized } = steps;\n${USER.replaceAll('enter(', 'steps.enter(').replaceAll('serialized(', 'steps.serialized(')}`,
    },
    user: 'user.ts',
  },
  'an object of a class whose method holds': {
    files: {
      'gate.ts': `import { Mutex } from 'async-mutex';
export class Gate {
  readonly #mutex = new Mutex();
  pass(): Promise<() => void> {
    return this.#mutex.acquire();
  }
}
`,
      'gates.ts': `import { Gate } from './gate';\nexport const gate = new Gate();\n`,
      'user.ts': `import { gate } from './gates';
export async function save(): Promise<void> {
  const leave = await gate.pass();
  await fetch('x');
  leave();
}
`,
    },
    user: 'user.ts',
  },
};

describe('a file without any word of a lock', () => {
  it.each(Object.entries(CHAINS))('is found through %s, the same by one file and by all', (_title, { files, user }) => {
    expect(prefilter.mayConcern(files[user]!)).toBe(false);
    const all = found(files);
    expect(all.some((line) => line.startsWith(user))).toBe(true);
    expect(foundAlone(files)).toEqual(all);
    expect(found(files, false)).toEqual(all);
    expect(found(Object.fromEntries(Object.entries(files).reverse()))).toEqual(all);
  });

  it('is left alone where what it imports takes no lock for it', () => {
    const project = createProject({ host: memoryHost({ 'order.ts': LOCKS }), config });
    project.set('order.ts', LOCKS);
    const clauses = (names: string) => importClausesOf(`import { ${names} } from './order';`);
    const rest = new Map(['label', 'absent', 'type T', 'enter'].map((names) => [`${names}.ts`, clauses(names)]));
    expect(project.helped(rest, true, new Set())).toEqual(['enter.ts']);
    expect(project.concerns('a.ts', "import { label } from './order';")).toBe(false);
    expect(project.concerns('a.ts', "import { enter } from './order';")).toBe(true);
  });

  it('is looked at again when its helper begins to lock', () => {
    const files: Record<string, string> = { ...CHAINS['a helper of a helper']!.files };
    const locking = files['order.ts']!;
    files['order.ts'] =
      'export const enter = async () => () => {};\nexport const serialized = <T>(task: () => T) => task();\n';
    const project = createProject({ host: memoryHost(files), config });
    project.set('user.ts', files['user.ts']!);
    expect(project.check().findings).toEqual([]);
    files['order.ts'] = locking;
    project.reread('order.ts');
    expect(told(project.check().findings)).toEqual(foundAlone(files).filter((line) => line.startsWith('user.ts')));
    expect(project.check().findings).not.toEqual([]);
  });

  it('ends where files import each other', () => {
    const files = {
      'a.ts':
        "export * from './b';\nexport * as b from './b';\nimport { x } from './c';\nexport const y = () => x();\n",
      'b.ts': "export * from './a';\nexport * as a from './a';\n",
      'c.ts': "import { y } from './a';\nexport const x = () => y();\n",
      'order.ts': `export * from './a';\n${LOCKS}`,
    };
    expect(found(files)).toEqual(foundAlone(files));
  });
});

describe('import clauses', () => {
  it.each([
    ["import a, { b as c, type D } from './x'", './x', ['b', 'D', 'default']],
    ["import type { E } from './x'", './x', ['E']],
    ["import * as f from './x'", './x', ['*']],
    ["export { g } from './x'", './x', ['g']],
    ["export * from './x'", './x', ['*']],
    ["const h = require('./x')", './x', ['*']],
    ["const { i } = await import('./x')", './x', ['*']],
    ["import {\n  j,\n  k,\n} from './x'", './x', ['j', 'k']],
  ])('of %s', (text, specifier, names) => {
    expect(importClausesOf(`${text};\nexport const rest = 1;\n`)).toEqual([
      { specifier, names, ...(text.startsWith('export') ? { again: true } : {}) },
    ]);
  });
});
