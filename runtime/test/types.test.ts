import { Mutex as LivekitMutex } from '@livekit/mutex';
import { Mutex, Semaphore as OtherSemaphore, withTimeout as limited } from 'async-mutex';
import { describe, expectTypeOf, it } from 'vitest';
import {
  acquireAll,
  AsyncMutex,
  AsyncRwLock,
  conditionalUpdate,
  KeyedMutex,
  quickRead,
  quickReadExtract,
  Semaphore,
  tryQuickRead,
  type MutexGuard,
  type Permit,
  type ReadGuard,
  type ReadView,
  type WriteGuard,
} from '@lockwise/runtime';

/** Compiled with the tests; what must not compile is marked, and an unused mark is an error. Nothing here is run. */
function compiled(_text: () => unknown): void {}

describe('types: a lock and its value', () => {
  it('takes the value first and the options second', () => {
    compiled(() => {
      expectTypeOf(new AsyncMutex()).toEqualTypeOf<AsyncMutex>();
      expectTypeOf(new AsyncMutex(undefined, { name: 'x' })).toEqualTypeOf<AsyncMutex>();
      expectTypeOf(new AsyncMutex(5, { name: 'x' })).toEqualTypeOf<AsyncMutex<number>>();
      expectTypeOf(new AsyncMutex({ name: 'x' })).toEqualTypeOf<AsyncMutex<{ name: string }>>();
      expectTypeOf(new AsyncRwLock(undefined, { name: 'x' })).toEqualTypeOf<AsyncRwLock>();
      // @ts-expect-error -- options in the place of the value
      const plain: AsyncMutex = new AsyncMutex({ name: 'x' });
      // @ts-expect-error -- the initial value is missing
      const mutex = new AsyncMutex<number>();
      // @ts-expect-error -- the initial value is missing
      const lock = new AsyncRwLock<string[]>();
      // @ts-expect-error -- and cannot be undefined
      return [plain, mutex, lock, new AsyncMutex<number>(undefined)];
    });
  });

  it('does not let a reader write', () => {
    compiled(async () => {
      const lock = new AsyncRwLock({ list: [1], map: new Map([['a', { n: 1 }]]) });
      const guard = await lock.read();
      // @ts-expect-error -- the value of a read guard cannot be replaced
      guard.value = { list: [], map: new Map() };
      // @ts-expect-error -- nor written into
      guard.value.list.push(2);
      // @ts-expect-error -- a map neither
      guard.value.map.set('b', { n: 2 });
      // @ts-expect-error -- nor what is in the map
      await lock.withRead((value) => (value.map.get('a')!.n = 3));
      const writer = await lock.write();
      writer.value.list.push(2);
    });
  });

  it('does not let a quick read or a condition write either, however deep', () => {
    compiled(() => {
      class Account {
        owner = '';
        readonly tags = new Set<string>();
      }
      const lock = new AsyncRwLock({ accounts: new Map([['a', new Account()]]), log: [['x']] });
      // @ts-expect-error -- an array in an array
      void quickRead(lock, (value) => value.log[0]!.push('y'));
      // @ts-expect-error -- a field of an instance in a map
      void quickRead(lock, (value) => (value.accounts.get('a')!.owner = 'b'));
      // @ts-expect-error -- a set of an instance in a map
      void lock.withReadSync((value) => value.accounts.get('a')!.tags.add('b'));
      void conditionalUpdate(
        lock,
        // @ts-expect-error -- a condition looks and does not touch
        (value) => value.accounts.delete('a'),
        () => {},
      );
      // @ts-expect-error -- nothing is there to be returned without a wait but in its box
      const tags: number = tryQuickRead(lock, (value) => value.log.length);
      void lock.withWrite(({ value }) => value.accounts.get('a')!.tags.add('b'));
      return tags;
    });
  });

  it('keeps the promise of a reader apart from its guard', () => {
    compiled(async () => {
      const lock = new AsyncRwLock(1);
      // @ts-expect-error -- a promise has no value before it is awaited
      void lock.read().value;
      // @ts-expect-error -- a read access has nothing to downgrade
      (await lock.read()).downgrade();
      // @ts-expect-error -- nor has a mutex
      (await new AsyncMutex(1).acquire()).downgrade();
      // @ts-expect-error -- the permits of a lock are its own business
      new AsyncMutex().give(1);
    });
  });

  it('shows values as readers may see them', () => {
    class Secret {
      #hidden = 1;
      open = 2;
      reveal(): number {
        return this.#hidden + this.open;
      }
    }
    expectTypeOf<ReadView<Secret>>().toEqualTypeOf<Secret>();
    expectTypeOf<ReadView<Date>>().toEqualTypeOf<Date>();
    expectTypeOf<ReadView<Map<string, number[]>>>().toEqualTypeOf<ReadonlyMap<string, readonly number[]>>();
    expectTypeOf<ReadView<Set<{ a: 1 }>>>().toEqualTypeOf<ReadonlySet<{ readonly a: 1 }>>();
    expectTypeOf<ReadView<[number, string[]]>>().toEqualTypeOf<readonly [number, readonly string[]]>();
    expectTypeOf<ReadView<{ a: { b: 1 }[]; c?: 2 }>>().toEqualTypeOf<{
      readonly a: readonly { readonly b: 1 }[];
      readonly c?: 2;
    }>();
    expectTypeOf<ReadView<(a: string) => number>>().toEqualTypeOf<(a: string) => number>();
    expectTypeOf<ReadView<string | undefined>>().toEqualTypeOf<string | undefined>();
  });
});

describe('types: synchronous sections', () => {
  it('refuse a callback that returns a promise, and infer what it returns', () => {
    compiled(() => {
      const [mutex, lock] = [new AsyncMutex({ n: 1 }), new AsyncRwLock({ n: 1 })];
      expectTypeOf(quickRead(lock, ({ n }) => n)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(quickRead(mutex, ({ n }) => [n])).toEqualTypeOf<Promise<number[]>>();
      expectTypeOf(tryQuickRead(mutex, ({ n }) => n)).toEqualTypeOf<{ readonly value: number } | undefined>();
      expectTypeOf(mutex.withLockSync((value) => value.n++)).toEqualTypeOf<Promise<number>>();
      // @ts-expect-error -- a promise
      void quickRead(lock, async ({ n }) => n);
      // @ts-expect-error -- a promise
      void quickReadExtract(mutex, ({ n }) => Promise.resolve(n));
      // @ts-expect-error -- a promise
      void mutex.withLockSync(async () => 1);
      // @ts-expect-error -- a promise in one of the cases
      void quickRead(lock, ({ n }) => (n > 1 ? Promise.resolve(n) : n));
      // @ts-expect-error -- no promise as a condition
      void conditionalUpdate(
        lock,
        async () => true,
        () => {},
      );
    });
  });

  it('take the locks of other libraries as they are', () => {
    compiled(() => {
      const state = { n: 1 };
      expectTypeOf(quickRead(new Mutex(), () => state.n)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(quickRead(limited(new Mutex(), 5), () => state.n)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(quickRead(new LivekitMutex(), () => state.n)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(quickReadExtract(new Mutex(), () => state)).toEqualTypeOf<Promise<{ n: number }>>();
      expectTypeOf(tryQuickRead(new Mutex(), () => state.n)).toEqualTypeOf<{ readonly value: number } | undefined>();
      void quickRead(new OtherSemaphore(1), () => state.n);
      // @ts-expect-error -- a promise
      void quickRead(new Mutex(), async () => state.n);
      // @ts-expect-error -- no lock
      void quickRead({ value: 1 }, () => state.n);
      // @ts-expect-error -- a keyed mutex needs a key
      void quickRead(new KeyedMutex(), () => state.n);
    });
  });
});

describe('types: several locks', () => {
  it('give a guard each', () => {
    compiled(async () => {
      const requests = [new AsyncMutex(1), { read: new AsyncRwLock('') }, { write: new AsyncRwLock('') }] as const;
      const all = await acquireAll([...requests, new Semaphore(1)]);
      expectTypeOf(all.guards[0]).toEqualTypeOf<MutexGuard<number>>();
      expectTypeOf(all.guards[1]).toEqualTypeOf<ReadGuard<string>>();
      expectTypeOf(all.guards[2]).toEqualTypeOf<WriteGuard<string>>();
      expectTypeOf(all.guards[3]).toEqualTypeOf<Permit>();
      // @ts-expect-error -- how a readers-writer lock is wanted has to be said
      void acquireAll([new AsyncRwLock('')]);
    });
  });
});
