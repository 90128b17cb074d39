import DataLoader from 'dataloader';
import { BatchProcessor } from '@lockwise/runtime';

const SIZE = 1000;
const run = async (items) => items.map((item) => item + 1);

/** N promises, and one loop over their batches: all are there before the first is run, as with the others. */
async function byHand(n) {
  const results = [];
  const entries = [];
  for (let item = 0; item < n; item++) {
    results.push(new Promise((resolve, reject) => entries.push({ item, resolve, reject })));
  }
  for (let first = 0; first < n; first += SIZE) {
    const batch = entries.slice(first, first + SIZE);
    const outcome = await run(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => resolve(outcome[index]));
  }
  await Promise.all(results);
}

/** A hundred thousand items in batches of a thousand. */
export async function adds() {
  return {
    floor: 'N promises and a loop',
    operations: 100_000,
    rounds: 9,
    variants: {
      'N promises and a loop': byHand,
      BatchProcessor: async (n) => {
        const batches = new BatchProcessor(run, { maxSize: SIZE, maxDelay: 1 });
        const results = [];
        for (let item = 0; item < n; item++) results.push(batches.add(item));
        await Promise.all(results);
      },
      dataloader: async (n) => {
        const loader = new DataLoader(run, { cache: false, maxBatchSize: SIZE });
        const results = [];
        for (let item = 0; item < n; item++) results.push(loader.load(item));
        await Promise.all(results);
      },
    },
  };
}
