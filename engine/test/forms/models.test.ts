import { describe, expect, it } from 'vitest';
import type { Lock } from '../../src/link/section.js';
import { builtInModels } from '../../src/models/index.js';
import type { LockMethod, LockModel } from '../../src/models/model.js';
import { expectHeld, link } from './held.js';

type Taking = Extract<LockMethod, { does: 'acquire' | 'try-acquire' }>;
type Section = Extract<LockMethod, { does: 'section' }>;

describe('each way into a lock of a known library', () => {
  for (const model of builtInModels.filter(({ made }) => made !== 'wrapper'))
    for (const [name, method] of Object.entries(model.methods)) {
      if (method.does === 'section')
        it(`${model.name}: ${name || 'call'} runs its callback under the lock`, () => {
          expectLock(model, runs(model, name, method));
        });
      if ((method.does === 'acquire' || method.does === 'try-acquire') && released(model, method) !== undefined)
        it(`${model.name}: ${name || 'call'} takes the lock`, () => {
          expectLock(model, takes(model, name, method));
        });
    }
});

describe('each question to a lock of a known library', () => {
  for (const model of builtInModels.filter(({ made }) => made !== 'wrapper' && made !== 'function')) {
    const asks = Object.entries(model.methods).filter(([, { does }]) => /^(query|wait|cancel)$/.test(does));
    if (asks.length > 0)
      it(`${model.name}: ${asks.map(([name]) => name).join(', ')}`, () => {
        const calls = asks.map(([name]) => `lock.${name}();`).join(' ');
        const linked = link(`${made(model)}\nexport async function f() { ${calls} }`);
        const told = linked.allLocks.flatMap((lock) => lock.queries.map(({ what }) => what));
        expect(told.sort()).toEqual(asks.map(([, { does }]) => does).sort());
      });
  }
});

describe('a lock as its own methods have it', () => {
  it('is told by the name of its class, and is another one in another class', () => {
    const lock = (name: string) => `class ${name} {
  private held = false;
  private readonly queue: (() => void)[] = [];
  async acquire(): Promise<void> {
    if (this.held) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.held = true;
  }
  release(): void {
    this.held = false;
    this.queue.shift()?.();
  }
  async twice(): Promise<void> {
    await this.acquire();
    this.release();
  }
}`;
    const linked = link(`${lock('AsyncLock')}\n${lock('FileLock')}`);
    expect(linked.allLocks.map(({ id, sections }) => [id, sections.map(({ ref }) => ref.name)])).toEqual([
      ['sample.ts#AsyncLock', ['AsyncLock']],
      ['sample.ts#FileLock', ['FileLock']],
    ]);
  });
});

describe('a question by a property', () => {
  it('is one question, and hands the lock to nobody', () => {
    const linked = link(`import { Mutex } from 'es-toolkit';
const lock = new Mutex();
export function busy(): boolean { return lock.isLocked; }
export async function f() {
  if (lock.isLocked) return;
  lock.isLocked;
  await lock.acquire();
  lock.release();
}`);
    const [{ queries, escapes }] = linked.allLocks as [Lock];
    expect(queries.map(({ what, name }) => `${what} ${name}`)).toEqual(Array(3).fill('query isLocked'));
    expect(escapes).toEqual([]);
  });
});

function expectLock(model: LockModel, sample: string): void {
  // A function that takes the lock which it is given says nothing of the kind of lock.
  const kind = model.made === 'function' && model.lockArg !== undefined ? 'mutex' : model.kind;
  expect(expectHeld(sample), sample).toEqual([kind]);
}

/** The import and the lock, called `lock`. */
function made(model: LockModel): string {
  const [module] = model.modules;
  const [root, ...path] = model.export.split('.');
  const name = root === 'default' || root === '*' ? 'Library' : root!;
  const bring =
    module === undefined
      ? ''
      : root === 'default'
        ? `import ${name} from '${module}';`
        : root === '*'
          ? `import * as ${name} from '${module}';`
          : `import { ${name} } from '${module.replace(/^\*/, '..')}';`;
  const whole = [module === undefined ? root : name, ...path].join('.');
  const one = model.capacityOption ? `{ ${model.capacityOption}: 1 }` : '1';
  const capacity =
    model.capacityArg === undefined ? '' : [...Array(model.capacityArg).fill('undefined'), one].join(', ');
  const lock = { class: `new ${whole}(${capacity})`, factory: `${whole}(${capacity})` }[model.made as 'class'] ?? whole;
  return `import { AsyncMutex } from '@lockwise/runtime'; const mutex = new AsyncMutex(); ${bring} const lock = ${lock};`;
}

function callOf(model: LockModel, name: string, args: readonly string[]): string {
  return `lock${name === '' ? '' : `.${name}`}(${args.join(', ')})`;
}

function argumentsOf(model: LockModel, method: LockMethod): string[] {
  const args: string[] = [];
  if ('keyArg' in method && method.keyArg !== undefined) args[method.keyArg] = `'key'`;
  if ('sideBy' in method && method.sideBy?.arg !== undefined) args[method.sideBy.arg] = `'${method.sideBy.read}'`;
  if (model.made === 'function' && model.lockArg !== undefined) args[model.lockArg] = 'mutex';
  return [...args].map((argument) => argument ?? 'undefined');
}

function runs(model: LockModel, name: string, method: Section): string {
  const args = argumentsOf(model, method);
  const done = method.doneFrom === undefined || method.doneFrom > 0 ? undefined : 'done';
  const params = done ? [...Array(method.doneParam ?? 0).fill('_'), done].join(', ') : '';
  const callback = `async (${params}) => { await inside(); ${done ? `${done}();` : ''} }`;
  if (method.predicate !== undefined) args[method.predicate] = '() => true';
  if (method.eachOf !== undefined) args[method.eachOf] = '[1]';
  if (method.curried)
    return `${made(model)} export const f = async () => { await ${callOf(model, name, [])}(${callback}); await outside(); };`;
  if (typeof method.callback === 'number') args[method.callback] = callback;
  else args.push(callback);
  const given = [...args].map((argument) => argument ?? 'undefined');
  return `${made(model)} export const f = async () => { await ${callOf(model, name, given)}; await outside(); };`;
}

/** What gives back what an acquire gave as `taken`; undefined where the library has no word for it alone. */
function released(model: LockModel, method: Taking): string | undefined {
  if (method.gives === 'releaser') return 'taken();';
  if (method.gives === 'guard') return model.releasedBy?.[0] && `taken.${model.releasedBy[0]}();`;
  if (method.gives === 'pair') {
    const at = ('releaserAt' in method ? method.releaserAt : undefined) ?? 1;
    return `taken[${at}]();`;
  }
  const back = Object.entries(model.methods).find(
    ([, one]) => one.does === 'release' && (!('side' in method) || one.side === undefined || one.side === method.side),
  );
  return back && `${callOf(model, back[0], argumentsOf(model, back[1]))};`;
}

function takes(model: LockModel, name: string, method: Taking): string {
  const call = callOf(model, name, argumentsOf(model, method));
  const deferred = 'deferred' in method && method.deferred ? '()' : '';
  const back = released(model, method)!;
  const sure = method.does === 'acquire' || method.throws;
  return sure
    ? `${made(model)} export async function f() { const taken = await ${call}${deferred}; try { await inside(); } finally { ${back} } await outside(); }`
    : `${made(model)} export async function f() { const taken = await ${call}; if (taken) { try { await inside(); } finally { ${back} } } await outside(); }`;
}
