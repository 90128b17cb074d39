// What an instrumented library needs of the recorder.
import type { CurrentSite } from '../recording/current-site.js';
import type { LockRecord } from '../recording/ledger.js';
import { type Ledger, type LockDescription, type LockRequest } from '../recording/ledger.js';

/** What a module exports. */
export type Exports = Record<string, unknown>;
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the libraries' own classes are seen only at run time
export type Prototype = Record<string, any>;

/** One library that the recorder knows. */
export interface Library {
  /** The specifiers under which programs import it. */
  readonly modules: readonly string[];
  /** Instruments what a module exports, and gives what takes its place (the same object unless the export is a function). */
  readonly instrument: (exports: Exports, recording: Recording, module: string) => unknown;
}

/** The recording that a library reports to. */
export class Recording {
  readonly ledger: Ledger;
  readonly site: CurrentSite;
  readonly #locks = new WeakMap<object, LockRecord>();
  readonly #patched = new WeakSet();
  readonly #replacements = new WeakMap<AnyFunction, AnyFunction>();

  constructor(ledger: Ledger, site: CurrentSite) {
    this.ledger = ledger;
    this.site = site;
  }

  /** The record of a lock object, made on its first use. */
  lockOf(lock: object, description: LockDescription | (() => LockDescription)): LockRecord {
    let record = this.#locks.get(lock);
    if (record === undefined) {
      record = this.ledger.lock(typeof description === 'function' ? description() : description);
      this.#locks.set(lock, record);
    }
    return record;
  }

  /** Replaces methods of a class once, however often its module is met (required and imported, from two places). */
  patch(prototype: Prototype | undefined, methods: Record<string, (original: AnyFunction) => AnyFunction>): void {
    if (prototype === undefined || this.#patched.has(prototype)) return;
    this.#patched.add(prototype);
    for (const [name, make] of Object.entries(methods)) {
      const property = Object.getOwnPropertyDescriptor(prototype, name);
      if (typeof property?.value !== 'function') continue;
      const replacement = make(property.value as AnyFunction);
      Object.defineProperty(prototype, name, {
        ...property,
        value: looksLike(replacement, property.value as AnyFunction),
      });
    }
  }

  /** The function that takes the place of an exported one; the same for all who import it. */
  replacement(original: AnyFunction, make: (original: AnyFunction) => AnyFunction): AnyFunction {
    const known = this.#replacements.get(original);
    if (known !== undefined) return known;
    const made = looksLike(make(original), original);
    this.#replacements.set(original, made);
    this.#replacements.set(made, made);
    return made;
  }

  /** Replaces exported functions: in place where the module allows it (`import`), else in a copy (`require`). */
  replaceExports(exports: Exports, functions: Record<string, (original: AnyFunction) => AnyFunction>): Exports {
    const replaced: [string, AnyFunction][] = Object.entries(functions).flatMap(([name, make]) =>
      typeof exports[name] === 'function'
        ? [[name, this.replacement(exports[name] as AnyFunction, make)] as [string, AnyFunction]]
        : [],
    );
    try {
      return Object.assign(exports, Object.fromEntries(replaced));
    } catch {
      return { ...exports, ...Object.fromEntries(replaced) };
    }
  }

  /** Runs the body of a section: the lock is held from the body's start until what it returns has settled. */
  runSection(request: LockRequest, body: () => unknown): unknown {
    const { ledger } = this;
    ledger.grant(request);
    let result: unknown;
    try {
      result = body();
    } catch (error) {
      ledger.release(request);
      throw error;
    }
    if (!isThenable(result)) {
      ledger.release(request);
      return result;
    }
    // A foreign thenable may do its work again at each `then` (query builders do), so it is adopted once, here.
    const promise = result instanceof Promise ? result : Promise.resolve(result);
    const release = () => ledger.release(request);
    promise.then(release, release);
    return promise;
  }

  /** Releases the holder that has held longest: for locks whose release does not say which holder it is. */
  releaseOldest(lock: LockRecord): void {
    if (lock.holders.head !== undefined) this.ledger.release(lock.holders.head);
  }

  abandonAll(lock: LockRecord): void {
    for (const request of lock.waiters) this.ledger.abandon(request);
  }
}

/** Gives a wrapper the name, length and further properties of what it wraps, but for those that it defines itself. */
export function looksLike<F extends AnyFunction>(wrapper: F, original: AnyFunction): F {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(original)))
    if (Object.getOwnPropertyDescriptor(wrapper, name)?.configurable !== false)
      Object.defineProperty(wrapper, name, property);
  return wrapper;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function';
}

/** The prototype of an exported class, under any of the names that builds of it use. */
export function prototypeOf(exports: Exports, ...names: string[]): Prototype | undefined {
  for (const name of names) {
    const value = name === '' ? exports : exports[name];
    if (typeof value === 'function') return (value as { prototype?: Prototype }).prototype;
  }
  return undefined;
}
