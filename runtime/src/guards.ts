/**
 * A result that is certainly not a promise: a callback that returns a promise does not type-check.
 * What comes through untyped is refused at run time with an {@link AsyncInSyncSectionError}.
 */
export type SyncResult<R> = R & (R extends PromiseLike<unknown> ? never : R);

type Opaque = Date | RegExp | Error | ArrayBufferLike | ArrayBufferView | PromiseLike<unknown> | WeakKeyed;
type WeakKeyed = WeakMap<WeakKey, unknown> | WeakSet<WeakKey> | WeakRef<WeakKey>;

/** True for an object type whose members can all be copied; false for a class with private or protected members. */
type IsRecord<T> = { [K in keyof T]: T[K] } extends T ? true : false;

/**
 * A value as a reader may see it: nothing in it can be written through this type. Maps and sets become their read-only
 * interfaces; built-in objects and instances of classes with private members stay as they are.
 */
export type ReadView<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<ReadView<K>, ReadView<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<ReadView<V>>
      : T extends Opaque
        ? T
        : T extends object
          ? IsRecord<T> extends true
            ? { readonly [K in keyof T]: ReadView<T[K]> }
            : T
          : T;

/** Shared access to a lock's value, from one grant until its release. */
export interface ReadGuard<T> extends Disposable {
  /** The value. After the release: {@link ReleasedGuardError}. */
  readonly value: ReadView<T>;
  readonly released: boolean;
  /** Ends this grant. A second call does nothing: it can never end the grant of another. */
  release(): void;
}

/** Exclusive access to a lock's value, from one grant until its release. */
export interface MutexGuard<T> extends Disposable {
  /** The value, to read and to replace. After the release: {@link ReleasedGuardError}. */
  value: T;
  readonly released: boolean;
  /** Ends this grant. A second call does nothing: it can never end the grant of another. */
  release(): void;
}

/** Exclusive access that can be turned into shared access without a gap. */
export interface WriteGuard<T> extends MutexGuard<T> {
  /** Ends the exclusive access and begins a shared one, with no writer in between. This guard is released by it. */
  downgrade(): ReadGuard<T>;
}
