/** What a call to a method of a lock does. */
export type LockMethod =
  | {
      /** Takes the lock; the promise (or, if `sync`, the call) gives what releases it. */
      readonly does: 'acquire';
      /** `releaser`: a function; `guard`: an object with a method of `releasedBy`; `pair`: `[value, releaser]`; `nothing`: the lock itself is released by its own method. */
      readonly gives: 'releaser' | 'guard' | 'pair' | 'nothing';
      readonly side?: Side;
      /** The position of the argument that chooses the lock among those of a keyed one. */
      readonly keyArg?: number;
      readonly sync?: boolean;
    }
  | { readonly does: 'release'; readonly side?: Side; readonly keyArg?: number }
  | {
      /** Runs a callback with the lock held. */
      readonly does: 'section';
      /** The position of the callback, or `last` among the arguments given. */
      readonly callback: number | 'last';
      readonly side?: Side;
      readonly keyArg?: number;
      /** A callback with at least this many parameters gets a `done` function, which it must call to release. */
      readonly doneFrom?: number;
    }
  | {
      readonly does: 'try-acquire';
      readonly gives: 'releaser' | 'guard' | 'nothing';
      readonly side?: Side;
      readonly keyArg?: number;
    }
  | { readonly does: 'wait' }
  | { readonly does: 'query' }
  | { readonly does: 'cancel' };

export type Side = 'read' | 'write';

/** A lock of a library, as data: how it is made, what its methods do, and what may be relied on. */
export interface LockModel {
  /** The library and the construct, for messages: `async-mutex Mutex`. */
  readonly name: string;
  /** The specifiers it is imported by; empty for a global. */
  readonly modules: readonly string[];
  /** The exported name, `default`, or for a global the path such as `navigator.locks`. */
  readonly export: string;
  /** `class`: made by `new`; `factory`: by a call; `object`: the export is the lock itself; `function`: the export is called to take it. */
  readonly made: 'class' | 'factory' | 'object' | 'function';
  readonly kind: 'mutex' | 'rw' | 'semaphore' | 'limiter' | 'queue' | 'keyed';
  /** Only locks of scope `agent` may ever be removed or replaced. */
  readonly scope: 'agent' | 'origin' | 'host' | 'cluster';
  readonly methods: Readonly<Record<string, LockMethod>>;
  /** Method names of the guard that an acquire gives, which release it. */
  readonly releasedBy?: readonly string[];
  /** Whether a request takes its place in the queue within the caller's segment. */
  readonly enqueue: 'sync' | 'async';
  /** Whether the body of a free lock's section starts within the caller's segment. */
  readonly start: 'sync' | 'async';
  readonly fairness: 'fifo' | 'none' | 'unknown';
  readonly reentrant: boolean;
  /** `wait`: a timeout bounds the wait; `hold-releases`: it frees the section while the body runs. */
  readonly timeout: 'wait' | 'hold-releases' | 'none';
  /** `using` releases it. */
  readonly disposable: boolean;
  /** The argument of the constructor or factory that is the capacity, for semaphores and limiters. */
  readonly capacityArg?: number;
  /** Whether the lock carries its data as a type argument, `Lock<T>`. */
  readonly holdsData?: boolean;
}
