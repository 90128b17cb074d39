import type { LockMethod, LockModel } from './model.js';
import { choiceFault, isNames, isOptional, isPosition, isRecord, listOf, placed } from './shape.js';
import { usual } from './usual.js';

/** The models that a user's configuration gives, and one line for each thing in it that cannot be used. */
export interface ReadModels {
  readonly models: readonly LockModel[];
  readonly errors: readonly string[];
}

const choices = {
  made: ['class', 'factory', 'object', 'function', 'wrapper'],
  kind: ['mutex', 'rw', 'semaphore', 'limiter', 'queue', 'keyed'],
  scope: ['agent', 'origin', 'host', 'cluster'],
  enqueue: ['sync', 'async'],
  start: ['sync', 'async'],
  fairness: ['fifo', 'none', 'unknown'],
  timeout: ['wait', 'hold-releases', 'none'],
  style: ['releaser', 'ownerless', 'callback', 'disposable'],
} as const;

const verbs = ['acquire', 'try-acquire', 'release', 'section', 'wait', 'query', 'cancel'];
const flags = ['reentrant', 'releasesOnce', 'disposable', 'holdsData'];
const numbers = ['keyArg', 'lockArg', 'capacityArg'];
const names = ['acquire', 'tryAcquire', 'release', 'run', 'releasedBy', 'types', 'waitOptions', 'holdOptions'];
const others = ['module', 'export', 'name', 'methods', 'capacityOption', 'capacityDefault'];
const known = [...Object.keys(choices), ...flags, ...numbers, ...names, ...others];

/**
 * Reads lock models as users write them: `module`, `export` and either `methods`, as the built-in models have them, or a `style` with the names of the
 * methods where they are not `acquire`, `release` and `runExclusive`. What is left out is what most locks are: a class, a mutex of this agent, fair.
 */
export function readLockModels(value: unknown): ReadModels {
  if (!Array.isArray(value)) return { models: [], errors: ['locks must be a list of lock models'] };
  const models: LockModel[] = [];
  const errors: string[] = [];
  for (const [index, entry] of value.entries()) {
    const wrong = isRecord(entry) ? faults(entry) : ['must be an object with `module` and `export`'];
    if (wrong.length === 0) models.push(modelOf(entry as Record<string, unknown>));
    else errors.push(...placed('locks', index, wrong));
  }
  return { models, errors };
}

function faults(entry: Record<string, unknown>): string[] {
  const found: string[] = [];
  for (const name of Object.keys(entry)) if (!known.includes(name)) found.push(`${name} is unknown`);
  if (!isNames(entry['module']))
    found.push('module must be the specifier that the lock is imported by, or a list of them');
  if (typeof entry['export'] !== 'string') found.push('export must be the exported name, such as `Mutex` or `default`');
  for (const [name, allowed] of Object.entries(choices)) found.push(...choiceFault(name, entry[name], allowed));
  for (const name of flags) if (!isOptional(entry[name], 'boolean')) found.push(`${name} must be true or false`);
  for (const name of numbers)
    if (entry[name] !== undefined && !isPosition(entry[name]))
      found.push(`${name} must be the position of an argument, from 0`);
  for (const name of names)
    if (entry[name] !== undefined && !isNames(entry[name])) found.push(`${name} must be a name or a list of names`);
  if (entry['methods'] === undefined) {
    if (entry['style'] === undefined) found.push('style or methods must tell how the lock is taken');
  } else if (isRecord(entry['methods'])) found.push(...methodFaults(entry['methods']));
  else found.push('methods must be an object, by method name');
  return found;
}

function methodFaults(methods: Record<string, unknown>): string[] {
  return Object.entries(methods).flatMap(([name, method]) => {
    if (!isRecord(method) || !verbs.includes(method['does'] as string))
      return [`methods.${name} must have a \`does\` that is one of ${verbs.join(', ')}`];
    if (
      method['does'] === 'section' &&
      !isPosition(method['callback']) &&
      !/^(?:last|function)$/.test(String(method['callback']))
    )
      return [`methods.${name}.callback must be a position from 0, \`last\` or \`function\``];
    if (/acquire$/.test(method['does'] as string) && !/^(?:releaser|guard|pair|nothing)$/.test(String(method['gives'])))
      return [`methods.${name}.gives must be one of releaser, guard, pair, nothing`];
    return [];
  });
}

function modelOf(entry: Record<string, unknown>): LockModel {
  const { module, style, acquire, tryAcquire, release, run, keyArg, methods, ...rest } = entry;
  const exported = entry['export'] as string;
  const keyed = keyArg === undefined ? {} : { keyArg: keyArg as number };
  const guards = style === 'disposable';
  return {
    ...usual,
    name: exported === 'default' ? listOf(module)[0]! : exported,
    made: 'class',
    kind: keyArg === undefined ? 'mutex' : 'keyed',
    disposable: guards,
    ...(guards ? { releasedBy: release === undefined ? ['release'] : listOf(release) } : {}),
    ...(rest as Partial<LockModel>),
    ...listsIn(entry),
    export: exported,
    modules: listOf(module),
    methods:
      (methods as LockModel['methods'] | undefined) ??
      methodsOf(style as string, { acquire, tryAcquire, release, run }, keyed),
  };
}

interface MethodNames {
  readonly acquire: unknown;
  readonly tryAcquire: unknown;
  readonly release: unknown;
  readonly run: unknown;
}

function methodsOf(style: string, given: MethodNames, keyed: { readonly keyArg?: number }): LockModel['methods'] {
  const methods: Record<string, LockMethod> = {};
  const gives = style === 'disposable' ? 'guard' : style === 'ownerless' ? 'nothing' : 'releaser';
  if (style !== 'callback' || given.acquire !== undefined)
    for (const name of listOf(given.acquire ?? 'acquire')) methods[name] = { does: 'acquire', gives, ...keyed };
  for (const name of listOf(given.tryAcquire ?? [])) methods[name] = { does: 'try-acquire', gives, ...keyed };
  if (style === 'ownerless' || (style === 'releaser' && given.release !== undefined))
    for (const name of listOf(given.release ?? 'release')) methods[name] = { does: 'release', ...keyed };
  if (style === 'callback' || given.run !== undefined)
    for (const name of listOf(given.run ?? 'runExclusive'))
      methods[name] = { does: 'section', callback: (keyed.keyArg ?? -1) + 1, ...keyed };
  return methods;
}

function listsIn(entry: Record<string, unknown>): Partial<LockModel> {
  const lists = ['releasedBy', 'types', 'waitOptions', 'holdOptions'].filter((name) => entry[name] !== undefined);
  return Object.fromEntries(lists.map((name) => [name, listOf(entry[name])]));
}
