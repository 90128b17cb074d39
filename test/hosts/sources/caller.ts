import { withGate } from './lock-gate.js';

let names: string[] = [];

async function store(name: string): Promise<void> {
  await withGate(async () => {
    names = [...names, name];
    await Promise.resolve();
  });
}

export async function both(first: string, second: string): Promise<void> {
  await withGate(async () => {
    await store(first);
    names.push(second);
  });
}
