import pLimit from 'p-limit';
import pMap from 'p-map';
import PQueue from 'p-queue';
import { concurrentMap } from '@lockwise/runtime';

const WIDE = 16;

function list(length) {
  return Array.from({ length }, (_, index) => index);
}

/** What anybody writes by hand: as many loops as there is room for, over one index. */
function workers(mapper) {
  return async (n) => {
    const items = list(n);
    const results = new Array(n);
    let next = 0;
    const worker = async () => {
      while (next < n) {
        const index = next++;
        results[index] = await mapper(items[index]);
      }
    };
    await Promise.all(Array.from({ length: WIDE }, worker));
    return results;
  };
}

const asynchronous = async (item) => item + 1;
const synchronous = (item) => item + 1;

/** A hundred thousand trivial calls, 16 at a time. */
export async function asyncMapper() {
  return {
    floor: '16 loops by hand',
    operations: 100_000,
    rounds: 7,
    variants: {
      '16 loops by hand': workers(asynchronous),
      concurrentMap: (n) => concurrentMap(list(n), asynchronous, { concurrency: WIDE }),
      'p-map': (n) => pMap(list(n), asynchronous, { concurrency: WIDE }),
      'p-limit': (n) => pLimit(WIDE).map(list(n), asynchronous),
      'p-queue': {
        operations: 20_000,
        work: (n) => new PQueue({ concurrency: WIDE }).addAll(list(n).map((item) => () => asynchronous(item))),
      },
    },
  };
}

/** The same with a mapper that returns its result at once. */
export async function syncMapper() {
  return {
    floor: '16 loops by hand',
    operations: 100_000,
    rounds: 7,
    variants: {
      '16 loops by hand': workers(synchronous),
      concurrentMap: (n) => concurrentMap(list(n), synchronous, { concurrency: WIDE }),
    },
  };
}
