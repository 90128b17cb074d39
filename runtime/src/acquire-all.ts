import { invalid } from './arguments.js';
import { AsyncMutex } from './async-mutex.js';
import { AsyncRwLock, READ, WRITE } from './async-rw-lock.js';
import type { MutexGuard, ReadGuard, WriteGuard } from './guards.js';
import type { Grant, LockCore } from './lock-core.js';
import { GrantSet, requestAll, type Part } from './multi-request.js';
import { runSection } from './section.js';
import { Semaphore, type Permit } from './semaphore.js';
import type { WaitOptions } from './wait-options.js';

/** A lock among several that are asked for together, and how: a readers-writer lock as `{ read: lock }` or `{ write: lock }`. */
export type LockRequest =
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a lock is invariant in its value; any value will do
  | AsyncMutex<any>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  | { readonly read: AsyncRwLock<any> }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  | { readonly write: AsyncRwLock<any> }
  | Semaphore
  | { readonly permits: Semaphore; readonly weight: number };

/** The guard that a {@link LockRequest} is granted. */
export type GuardOf<Q> =
  Q extends AsyncMutex<infer T>
    ? MutexGuard<T>
    : Q extends { readonly read: AsyncRwLock<infer T> }
      ? ReadGuard<T>
      : Q extends { readonly write: AsyncRwLock<infer T> }
        ? WriteGuard<T>
        : Permit;

/** One guard for each of the requests, in their order. */
export type GuardsOf<Q extends readonly LockRequest[]> = { readonly [I in keyof Q]: GuardOf<Q[I]> };

/** Several locks that were granted together and are released together. */
export interface AllGuards<Q extends readonly LockRequest[]> extends Disposable {
  /** The guards, in the order of the requests. A lock that was named twice has one guard, in both places. */
  readonly guards: GuardsOf<Q>;
  readonly released: boolean;
  /** Releases all of them. A second call does nothing. */
  release(): void;
}

/**
 * Waits for several locks, and gets all of them or none.
 *
 * All are asked for in one synchronous segment, so two such requests never wait for each other, in whatever order they name
 * their locks. (A holder that asks for more while it holds can still deadlock: ask for everything at once.) What is free is
 * held while the rest is waited for; an abort or a timeout gives it back. A lock named twice is taken once: a read and a
 * write of the same lock become a write, the weights of permits add up.
 *
 * ```ts
 * using accounts = await acquireAll([from.lock, to.lock, { read: rates }]);
 * const [source, target, { value: rate }] = accounts.guards;
 * ```
 */
export function acquireAll<const Q extends readonly LockRequest[]>(
  requests: Q,
  options?: WaitOptions,
): Promise<AllGuards<Q>> {
  return Promise.resolve(request(requests, options));
}

/** Runs `section` while holding several locks, as {@link acquireAll} takes them, until its outcome has settled. */
export function withAll<const Q extends readonly LockRequest[], R>(
  requests: Q,
  section: (guards: GuardsOf<Q>) => R | PromiseLike<R>,
  options?: WaitOptions,
): Promise<R> {
  return runSection(request(requests, options), ({ guards }) => section(guards), options);
}

function request<Q extends readonly LockRequest[]>(
  requests: Q,
  options: WaitOptions | undefined,
): AllGuards<Q> | Promise<AllGuards<Q>> {
  let wanted: readonly Part[];
  const partsOf = (): readonly Part[] => merged((wanted = Array.from(requests, partOf)));
  return requestAll(partsOf, options, (grants) => new PlacedGrants<Q>(grants, wanted));
}

/** The request for each lock once: the strongest access, or all the permits together. */
function merged(wanted: readonly Part[]): readonly Part[] {
  const weights = new Map<LockCore, number>();
  for (const [lock, weight] of wanted) {
    const before = weights.get(lock) ?? 0;
    const isSemaphore = lock instanceof Semaphore;
    weights.set(lock, isSemaphore ? before + weight : Math.max(before, weight));
    if (isSemaphore) lock.requireWeight('the sum of the weights', before + weight);
  }
  return [...weights];
}

function partOf(wanted: LockRequest, index: number): Part {
  const { read, write, permits, weight } = Object(wanted) as { [member: string]: unknown };
  if (wanted instanceof AsyncMutex || wanted instanceof Semaphore) return [wanted, 1];
  if (read instanceof AsyncRwLock) return [read, READ];
  if (write instanceof AsyncRwLock) return [write, WRITE];
  if (permits instanceof Semaphore) {
    permits.requireWeight(`requests[${index}].weight`, weight as number);
    return [permits, weight as number];
  }
  const expected = 'an AsyncMutex, a Semaphore, { read }, { write } or { permits, weight }';
  throw invalid(`requests[${index}]`, expected, wanted);
}

class PlacedGrants<Q extends readonly LockRequest[]> extends GrantSet implements AllGuards<Q> {
  readonly guards: GuardsOf<Q>;

  constructor(grants: readonly Grant[], wanted: readonly Part[]) {
    super(grants);
    const guards = new Map(grants.map((grant) => [grant.lock, grant]));
    this.guards = wanted.map(([lock]) => guards.get(lock)) as unknown as GuardsOf<Q>;
  }
}
