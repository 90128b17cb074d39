import { createRequire } from 'node:module';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import * as runtime from '@lockwise/runtime';
import type { Run } from '@lockwise/runtime/testing';
import { SAMPLE } from '../checks/check-rule.js';
import { valueText } from './value-text.js';

/** What a run came to: what each task returned or threw, undefined while it waits, and what was to be seen in the end. */
export interface Ending {
  readonly tasks: Record<string, string | undefined>;
  seen: string | undefined;
}

/** One run of a program; it notes what its tasks come to when they do. */
export type Program = (run: Run, ending: Ending) => Promise<void>;

/** A source with its tasks: what the tool sees, for it has to know who calls what. */
export function withTasks(
  source: string,
  tasks: Readonly<Record<string, string>>,
  observe: string | undefined,
): string {
  const methods = Object.entries(tasks).map(
    // A task begins with a suspension: nothing of what it does is seen by whoever started it.
    ([name, body]) => `  async ${name}() {\n    await null;\n    ${body}\n  },\n`,
  );
  const seen = observe === undefined ? '' : `export const observe = () => ${observe};\n`;
  return `${source.trimEnd()}\n\nexport const tasks = {\n${methods.join('')}};\n${seen}`;
}

type Exports = { readonly tasks: Record<string, () => Promise<unknown>>; readonly observe?: () => unknown };

const importDependency = createRequire(import.meta.url);
const WORLD = ['pause', 'choose', 'fetch'] as const;

/** Compiles files that {@link withTasks} made. Every run loads them anew: what a module declares must not outlive it. */
export function programOf(files: Readonly<Record<string, string>>, after: ReadonlyMap<string, string>): Program {
  const sources = Object.entries(files).filter(([path]) => path.endsWith('.ts'));
  const modules = new Map(sources.map(([path, text]) => [path, compiled(path, text)]));
  return async (run, ending) => {
    const { tasks, observe } = load(modules, run);
    for (const name of Object.keys(tasks)) ending.tasks[name] = undefined;
    await Promise.all(
      Object.entries(tasks).map(async ([name, body]) => {
        ending.tasks[name] = await settled(run.task(name, body, { after: after.get(name) }));
      }),
    );
    ending.seen = observe === undefined ? undefined : valueText(observe());
  };
}

/** Tasks that do the same start in their order: schedules that only swap them show nothing new. */
export function startOrder(tasks: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const names = Object.keys(tasks);
  return new Map(
    names.flatMap((name, index) => {
      const before = names.slice(0, index).findLast((other) => tasks[other] === tasks[name]);
      return before === undefined ? [] : [[name, before] as const];
    }),
  );
}

async function settled(task: Promise<unknown>): Promise<string> {
  try {
    return valueText(await task);
  } catch (error) {
    return `throws ${valueText(error)}`;
  }
}

type Module = (require: (name: string) => unknown, exports: object, ...world: readonly unknown[]) => void;

function compiled(path: string, text: string): Module {
  const { outputText } = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  return new Function('require', 'exports', ...WORLD, outputText) as Module;
}

function load(modules: ReadonlyMap<string, Module>, run: Run): Exports {
  const world = worldOf(run);
  const dependencies: Readonly<Record<string, unknown>> = {
    '@lockwise/runtime': runtime,
    'node:fs/promises': { readFile: (path: string) => run.pause().then(() => path) },
  };
  const loaded = new Map<string, object>();
  const evaluate = (path: string): object => {
    const known = loaded.get(path);
    if (known) return known;
    const exports = {};
    loaded.set(path, exports);
    const require = (name: string) =>
      name.startsWith('.') ? evaluate(resolved(path, name)) : (dependencies[name] ?? importDependency(name));
    modules.get(path)!(require, exports, ...world);
    return exports;
  };
  return evaluate(SAMPLE) as Exports;
}

function resolved(from: string, name: string): string {
  return join(dirname(from), name).replace(/(\.[jt]s)?$/, '.ts');
}

/** In the order of {@link WORLD}. */
function worldOf(run: Run): readonly unknown[] {
  const fetch = async (url: unknown) => {
    await run.pause();
    const text = `from ${String(url)}`;
    return { ok: true, text: () => Promise.resolve(text), json: () => Promise.resolve(text) };
  };
  return [
    (name?: string) => run.pause(name),
    <V>(name: string, values: readonly V[]) => run.choose(name, values),
    fetch,
  ];
}
