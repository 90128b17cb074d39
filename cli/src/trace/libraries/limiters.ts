// p-limit and p-queue: a limiter is a semaphore whose sections are the functions given to it.
import type { LockRequest } from '../recording/ledger.js';
import { looksLike, prototypeOf, type AnyFunction, type Library, type Recording } from './library.js';

interface Limit {
  (...args: unknown[]): unknown;
  readonly activeCount: number;
  readonly pendingCount: number;
  readonly concurrency?: number;
  clearQueue(): void;
  map?(iterable: Iterable<unknown>, body: AnyFunction): unknown;
}

export const pLimit: Library = {
  modules: ['p-limit'],
  instrument(exports, recording) {
    const replaced = (original: AnyFunction) =>
      recording.replacement(
        original,
        () =>
          (...args) =>
            recordedLimit(recording, original(...args) as Limit, args[0]),
      );
    if (typeof exports === 'function') return replaced(exports);
    if (typeof exports['default'] === 'function') exports['default'] = replaced(exports['default'] as AnyFunction);
    if (typeof exports['limitFunction'] === 'function')
      exports['limitFunction'] = recordedLimitFunction(recording, exports['limitFunction'] as AnyFunction);
    return exports;
  },
};

const limitDescription = { library: 'p-limit', kind: 'limit' };

function recordedLimit(recording: Recording, limit: Limit, options: unknown): Limit {
  const { ledger, site } = recording;
  const lock = recording.lockOf(limit, limitDescription);
  // Before version 6 a limit does not tell its concurrency.
  const capacity = () =>
    limit.concurrency ??
    (typeof options === 'object' ? (options as { concurrency: number }).concurrency : Number(options));
  const ask = (operation: string, receiver: unknown) =>
    ledger.ask(lock, site.take(operation, receiver, recorded), limit.activeCount + limit.pendingCount >= capacity());
  const recorded: AnyFunction = function (this: unknown, body, ...args) {
    const request = ask('limit', this);
    return limit(
      (...given: unknown[]) => recording.runSection(request, () => (body as AnyFunction)(...given)),
      ...args,
    );
  };
  Object.defineProperty(recorded, 'clearQueue', {
    value: () => {
      recording.abandonAll(lock);
      limit.clearQueue();
    },
  });
  if (limit.map !== undefined)
    Object.defineProperty(recorded, 'map', {
      value(iterable: Iterable<unknown>, body: AnyFunction) {
        const caller = site.take('map', recorded);
        return recordedMap(recording, limit, iterable, body, () => site.during(caller, () => ask('map', undefined)));
      },
    });
  return looksLike(recorded, limit as unknown as AnyFunction) as unknown as Limit;
}

/** A request is made for each value when the limit takes it from the iterable. */
function recordedMap(
  recording: Recording,
  limit: Limit,
  iterable: Iterable<unknown>,
  body: AnyFunction,
  ask: () => LockRequest,
): unknown {
  const requests: LockRequest[] = [];
  function* asking() {
    for (const value of iterable) {
      requests.push(ask());
      yield value;
    }
  }
  return limit.map!(asking(), (value, index) =>
    recording.runSection(requests[index as number]!, () => body(value, index)),
  );
}

function recordedLimitFunction(recording: Recording, original: AnyFunction): AnyFunction {
  return recording.replacement(original, () => (body, options) => {
    const lock = recording.ledger.lock({ library: 'p-limit', kind: 'limitFunction' });
    const capacity = (options as { concurrency: number } | undefined)?.concurrency ?? Infinity;
    const limited = original(
      (request: LockRequest, ...args: unknown[]) => recording.runSection(request, () => (body as AnyFunction)(...args)),
      options,
    ) as AnyFunction;
    const recorded: AnyFunction = looksLike(function (this: unknown, ...args) {
      const busy = lock.holders.size + lock.waiters.size >= capacity;
      return limited(recording.ledger.ask(lock, recording.site.take('limitFunction', this, recorded), busy), ...args);
    }, limited);
    return recorded;
  });
}

interface QueueLike {
  readonly pending: number;
  readonly size: number;
  readonly concurrency: number;
  readonly isPaused: boolean;
}

const queueDescription = { library: 'p-queue', kind: 'PQueue' };

export const pQueue: Library = {
  modules: ['p-queue'],
  instrument(exports, recording) {
    const { ledger, site } = recording;
    recording.patch(prototypeOf(exports, 'default', ''), {
      add: (original) =>
        function (this: unknown, body, options, ...rest) {
          if (typeof body !== 'function') return original.call(this, body, options, ...rest);
          const queue = this as QueueLike;
          const busy = queue.isPaused || queue.size > 0 || queue.pending >= queue.concurrency;
          const request = ledger.ask(recording.lockOf(queue, queueDescription), site.take('add', this), busy, true);
          (options as { signal?: AbortSignal } | undefined)?.signal?.addEventListener(
            'abort',
            () => ledger.abandon(request),
            { once: true },
          );
          const task = (...given: unknown[]) => recording.runSection(request, () => (body as AnyFunction)(...given));
          return original.call(this, task, options, ...rest);
        },
      addAll: (original) =>
        function (this: unknown, ...args) {
          return site.during(site.take('addAll', this), () => original.apply(this, args));
        },
      clear: (original) =>
        function (this: unknown) {
          recording.abandonAll(recording.lockOf(this as object, queueDescription));
          return original.call(this);
        },
    });
    return exports;
  },
};
