import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, NativeOracle, programOracle, type TypedProgram, type TypeOracle } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';

const WORK = 'declare function work(): Promise<void>;\n';
const LEAK = 'await work(); release(); }';

/** Shapes in which only a type tells that a value is a lock. Each leaks or hangs, and is not seen without types. */
const needTypes: Readonly<Record<string, string>> = {
  'a member of an interface of another file': `import type { Deps } from './deps.js'; ${WORK}
    export class Room { constructor(private readonly deps: Deps) {} async save() { const release = await this.deps.lock.acquire(); ${LEAK} }`,
  'a part of a parameter that is such an interface': `import type { Deps } from './deps.js'; ${WORK}
    export async function save({ lock }: Deps) { const release = await lock.acquire(); ${LEAK}`,
  'the value of a generic type': `import { Mutex } from 'async-mutex'; ${WORK} interface Box<T> { readonly value: T }
    export async function save(box: Box<Mutex>) { const release = await box.value.acquire(); ${LEAK}`,
  'what a factory of another package gives': `import { createLock } from 'locks-of-others'; ${WORK} const lock = createLock();
    export async function save() { const release = await lock.acquire(); ${LEAK}`,
  'a limiter of an interface, which is called': `import type { Deps } from './deps.js'; ${WORK}
    export async function save(deps: Deps) { await deps.limit(async () => { await deps.limit(work); }); }`,
  'a lock of an interface that is handed to a wrapper': `import { locked, type Deps } from './deps.js'; ${WORK}
    export async function save(deps: Deps) { await locked(deps.lock, async () => { await deps.lock.runExclusive(work); }); }`,
  'what a method of an interface gives for a key': `import type { Deps } from './deps.js'; ${WORK}
    export async function save(deps: Deps) { const release = await deps.lockOf('a').acquire(); ${LEAK}`,
  'a lock of the project behind an interface': `import type { Holder } from './own-lock.js'; ${WORK}
    export async function save(holder: Holder) { await holder.gate.lock(); await work(); holder.gate.unlock(); }`,
};

/** Seen with and without. */
const seenAnyway = `import { Mutex, type MutexInterface } from 'async-mutex'; ${WORK} const m = new Mutex();
  export async function one() { const release = await m.acquire(); ${LEAK}
  export async function two(lock: MutexInterface) { const release = await lock.acquire(); ${LEAK}
  export async function three() { const release = await m.acquire(); try { await work(); } finally { release(); } }`;

const files: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'deps.ts': `import type { Mutex, MutexInterface } from 'async-mutex'; import type { LimitFunction } from 'p-limit';
    export interface Deps { readonly lock: MutexInterface; readonly limit: LimitFunction; lockOf(key: string): Mutex }
    export const locked = <T>(mutex: MutexInterface, task: () => Promise<T>) => mutex.runExclusive(task);`,
  'own-lock.ts': `export class GateLock { async lock(): Promise<void> {} unlock(): void {} } export interface Holder { readonly gate: GateLock }`,
  'node_modules/locks-of-others/package.json': '{ "name": "locks-of-others", "types": "index.d.ts" }',
  'node_modules/locks-of-others/index.d.ts': `import { Mutex } from 'async-mutex'; export declare function createLock(): Mutex;`,
  'seen-anyway.ts': seenAnyway,
  ...Object.fromEntries(Object.values(needTypes).map((text, index) => [`needs-${index}.ts`, text])),
};

let root: string;
let program: TypedProgram;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockwise-types-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const name of ['async-mutex', 'p-limit']) {
    const installed = fileURLToPath(new URL(`../../../node_modules/${name}`, import.meta.url));
    symlinkSync(installed, join(root, 'node_modules', name), 'junction');
  }
  const sources = Object.keys(files).filter((path) => /^[^/]+\.ts$/.test(path));
  program = ts.createProgram(
    sources.map((path) => join(root, path)),
    {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
      types: [],
      noEmit: true,
    },
  ) as unknown as TypedProgram;
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function leaks(types?: TypeOracle): string[] {
  const host = createNodeHost({ root });
  const project = createProject({
    host: types ? { ...host, types } : host,
    config: { preset: 'strict', rules: {}, locks: [] },
  });
  for (const [path, text] of Object.entries(files)) if (/^[^/]+\.ts$/.test(path)) project.set(path, text);
  const { findings, problems } = project.check();
  expect(problems).toEqual([]);
  return findings.map(({ rule, path, id }) => `${path} ${rule} ${id}`);
}

describe('a type checker', () => {
  it('only adds findings', () => {
    const without = leaks();
    const added = leaks(programOracle(program, root)).filter((finding) => !without.includes(finding));
    expect(without.every((finding) => finding.startsWith('seen-anyway.ts'))).toBe(true);
    expect(leaks(programOracle(program, root))).toEqual(expect.arrayContaining(without));
    expect(added.every((finding) => finding.startsWith('needs-'))).toBe(true);
  });

  Object.keys(needTypes).forEach((shape, index) =>
    it(`is needed for ${shape}`, () => {
      const here = (findings: readonly string[]) =>
        findings.filter((one) =>
          new RegExp(`^needs-${index}.ts (require-release|no-reentrant-acquire|no-nested-limiter)`).test(one),
        );
      expect(here(leaks())).toEqual([]);
      expect(here(leaks(programOracle(program, root)))).toHaveLength(1);
    }),
  );

  it('may fail at any time: the receiver stays unknown', () => {
    const gone = () => {
      throw new Error('gone');
    };
    const broken: TypeOracle = { membersAt: gone, typesAt: gone };
    expect(leaks(broken)).toEqual(leaks());
  });

  it('is asked once for a file, for names that locks have', () => {
    const asked: string[] = [];
    const types = programOracle(program, root);
    const watched = (ask: 'membersAt' | 'typesAt', without: string) => (path: string, offsets: readonly number[]) => {
      asked.push(`${path} ${ask}`);
      expect(offsets.map((offset) => files[path]!.slice(offset).match(/^\w+/)![0])).not.toContain(without);
      return types[ask](path, offsets);
    };
    leaks({ membersAt: watched('membersAt', 'then'), typesAt: watched('typesAt', 'work') });
    expect(asked).toEqual([...new Set(asked)]);
  });

  it('of TypeScript 7 is told the configurations, and asked in the same way', () => {
    const opened: unknown[] = [];
    const symbol = {
      name: 'acquire',
      declarations: [{ path: '/x/node_modules/.pnpm/a/node_modules/@scope/lock/index.d.ts' }],
      getParent: () => ({ name: 'Lock' }),
    };
    const type = { getAliasSymbol: () => undefined, getSymbol: () => ({ ...symbol, name: 'Gate' }) };
    const checker = {
      getSymbolAtPosition: () => [symbol, undefined],
      getTypeAtPosition: () => [undefined, type],
      getNonNullableType: (of: typeof type) => of,
    };
    const project = { checker };
    const api = {
      updateSnapshot: (params: unknown) => {
        opened.push(params);
        return { getDefaultProjectForFile: () => project, getProjects: () => [] };
      },
      close: () => opened.push('closed'),
    };
    const oracle = new NativeOracle(api, '/x', ['/x/tsconfig.json']);
    expect(oracle.membersAt('a.ts', [1, 2])).toEqual([{ name: 'Lock', module: '@scope/lock' }, undefined]);
    expect(oracle.typesAt('a.ts', [1, 2])).toEqual([undefined, { name: 'Gate', module: '@scope/lock' }]);
    oracle.close();
    expect(opened).toEqual([{ openProjects: ['/x/tsconfig.json'] }, 'closed']);
  });
});
