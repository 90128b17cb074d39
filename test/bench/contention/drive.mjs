// Puts one load on one node, and prints how it did: node drive.mjs MODULE LOAD
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { loads } from './loads.mjs';

const [module, name] = process.argv.slice(2);
const { ClusterNode } = await import(pathToFileURL(module).href);
const node = new ClusterNode();
await node.start();
for (let n = 0; n < 20; n++) await node.join({ id: `member-${n}`, address: `10.0.0.${n}`, lastSeen: 0 });

const latencies = [];
async function timed([kind, ...args]) {
  const began = performance.now();
  await node[kind](...args);
  latencies.push(performance.now() - began);
}

const start = performance.now();
const running = [];
for (const { at, requests } of loads[name]()) {
  const early = at - (performance.now() - start);
  // A group that is late comes at once, but never in the same turn as the one before.
  await new Promise((resolve) => (early > 0 ? setTimeout(resolve, early) : setImmediate(resolve)));
  running.push(...requests.map(timed));
}
await Promise.all(running);
const durationMs = performance.now() - start;
for (const peer of ['b', 'c', 'd']) await node.flush(peer);

latencies.sort((a, b) => a - b);
const quantile = (q) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))];
const state = createHash('sha256')
  .update(JSON.stringify(await node.dump()))
  .digest('hex')
  .slice(0, 16);
console.log(
  JSON.stringify({
    requests: latencies.length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    throughput: (latencies.length / durationMs) * 1000,
    state,
  }),
);
