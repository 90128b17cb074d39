/** What a call to a method of a lock does. */
export type LockMethod =
  | {
      /** Takes the lock; the promise (or, if `sync`, the call) gives what releases it. */
      readonly does: 'acquire';
      /** `releaser`: a function; `guard`: an object with a method of `releasedBy`; `pair`: `[value, releaser]`; `nothing`: the lock itself is released by its own method. */
      readonly gives: 'releaser' | 'guard' | 'pair' | 'nothing';
      readonly side?: Side;
      readonly sideBy?: SideBy;
      /** The position of the argument that chooses the lock among those of a keyed one. Without that argument, the one lock of no key. */
      readonly keyArg?: number;
      /** What a list in the key's place is: all `keys`, taken at once, or a `request`, whose first item is the key. */
      readonly list?: 'keys' | 'request';
      readonly sync?: boolean;
      /** Nothing is taken yet: the call gives a function, and calling that one takes the lock. */
      readonly deferred?: boolean;
      /** Where the releaser is in a `pair`; 1 unless told. */
      readonly releaserAt?: number;
    }
  | {
      readonly does: 'release';
      readonly side?: Side;
      readonly keyArg?: number;
      /** The position of the guard that is given back, where the lock releases it instead of the guard itself. */
      readonly guardArg?: number;
    }
  | {
      /** Runs a callback with the lock held. */
      readonly does: 'section';
      /** The position of the callback, or `last` among the arguments given, or `function`: the first one that is a function. */
      readonly callback: number | 'last' | 'function';
      readonly side?: Side;
      readonly sideBy?: SideBy;
      readonly keyArg?: number;
      readonly list?: 'keys' | 'request';
      /** A callback with at least this many parameters gets a `done` function, which it must call to release. 0: every callback must release. */
      readonly doneFrom?: number;
      /** The position of `done` among the callback's parameters; 0 unless told. */
      readonly doneParam?: number;
      /** The call gives a function, and the callback goes to that one: `withPermits(1)(work)`. */
      readonly curried?: boolean;
      /** The position of a predicate that runs under the lock, on its read side if it has one, before the callback. */
      readonly predicate?: number;
      /** Does not wait: a lock that is not free makes the call fail. */
      readonly tries?: boolean;
      /** The callback runs once per item of the list at this position, each time in a section of its own. */
      readonly eachOf?: number;
      /** What the callback of a lock that owns its data gets first: a guard with a `value`, or the value itself. */
      readonly passes?: 'guard' | 'value';
      /** Gives a deep copy of what the callback returns. */
      readonly copies?: true;
    }
  | {
      /** Takes the lock if it is free. */
      readonly does: 'try-acquire';
      readonly gives: 'releaser' | 'guard' | 'nothing';
      readonly side?: Side;
      readonly keyArg?: number;
      readonly list?: 'keys' | 'request';
      /** A lock that was not taken is told by an exception instead of a falsy result. */
      readonly throws?: boolean;
      /** The answer comes as a promise, which may have waited for a bounded time. */
      readonly awaited?: boolean;
      /** Refused only where somebody cancels: who does not look at the answer counts on the lock, and has it. */
      readonly countedOn?: true;
    }
  | { readonly does: 'wait' }
  | { readonly does: 'query' }
  | { readonly does: 'cancel' };

export type Side = 'read' | 'write';

/** A side that is chosen at the call: `read` is the value of an argument, or of an option in an object argument, that means the read side. */
export interface SideBy {
  readonly arg?: number;
  readonly option?: string;
  readonly read: string;
}

/** A lock of a library, as data: how it is made, what its methods do, and what may be relied on. */
export interface LockModel {
  /** The library and the construct, for messages: `async-mutex Mutex`. */
  readonly name: string;
  /** The specifiers it is imported by; empty for a global. A leading `*` stands for any beginning of a relative path. */
  readonly modules: readonly string[];
  /**
   * The exported name, `default` (which is also what `require` gives), `*` for a module that is the lock as a whole and whose exports are its methods,
   * a path such as `Effect.makeSemaphore`, or for a global the path such as `navigator.locks`.
   */
  readonly export: string;
  /**
   * `class`: made by `new`; `factory`: by a call; `object`: the export is the lock itself; `function`: the export is called to take the lock that is its
   * argument `lockArg`; `wrapper`: a call gives another face of the lock that is its argument `lockArg`, with the same methods.
   */
  readonly made: 'class' | 'factory' | 'object' | 'function' | 'wrapper';
  readonly lockArg?: number;
  /** Names of types that the module exports for what a factory makes. */
  readonly types?: readonly string[];
  /** Absent for a lock that is known by its name. `shape`: a class of the project with the verbs of a lock; `chain`: a promise that work is chained to. */
  readonly inferred?: 'shape' | 'chain';
  readonly kind: 'mutex' | 'rw' | 'semaphore' | 'limiter' | 'queue' | 'keyed';
  /** Only locks of scope `agent` may ever be removed or replaced. A wider lock is one with every other of its name, whatever object it is taken through. */
  readonly scope: 'agent' | 'origin' | 'host' | 'cluster';
  /** By name. A name may be a path (`async.readLock`); the empty name is a call of the lock itself. */
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
  /** Names of options, in any object argument of the constructor or of a method, that bound the wait. */
  readonly waitOptions?: readonly string[];
  /** Names of options that free the lock while the body still runs. */
  readonly holdOptions?: readonly string[];
  /** A second call of the same releaser does nothing. */
  readonly releasesOnce?: boolean;
  /** `using` releases it. */
  readonly disposable: boolean;
  /** The argument of the constructor or factory that is the capacity, for semaphores and limiters. */
  readonly capacityArg?: number;
  /** The option of that argument that is the capacity, where the argument is an object. */
  readonly capacityOption?: string;
  /** The capacity where none is given. `Infinity`: then it is no lock. */
  readonly capacityDefault?: number;
  /** Whether the lock carries its data as a type argument, `Lock<T>`. */
  readonly holdsData?: boolean;
}

/** Whether a lock is released by a method of its own, whoever has taken it: no releaser is needed. */
export function isReleasedByName({ methods }: LockModel): boolean {
  return Object.values(methods).some(({ does }) => does === 'release');
}
