// What a node does, whatever locks are inside of it. The same tests hold before and after.
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ClusterService } from '../shared/service.js';

const variants = ['runtime/before', 'runtime/after', 'async-mutex/before', 'async-mutex/after'];

function sourceOf(variant: string): URL {
  return new URL(`../${variant}/node.ts`, import.meta.url);
}

async function startedNode(variant: string): Promise<ClusterService> {
  const { ClusterNode } = (await import(sourceOf(variant).href)) as { ClusterNode: new () => ClusterService };
  const node = new ClusterNode();
  await node.start();
  return node;
}

describe.each(variants.filter((variant) => existsSync(sourceOf(variant))))('a node of %s', (variant) => {
  test('is ready from its start to its stop', async () => {
    const node = await startedNode(variant);
    expect(await node.isReady()).toBe(true);
    await node.stop();
    expect(await node.isReady()).toBe(false);
    expect(await node.get('a')).toBeUndefined();
  });

  test('tells whether it leads, and how many members there are', async () => {
    const node = await startedNode(variant);
    expect(await node.status()).toEqual({ initialized: true, leader: false, members: 0 });
    await Promise.all([node.setLeader(true), node.join({ id: 'b', address: '10.0.0.2', lastSeen: 0 })]);
    expect(await node.status()).toEqual({ initialized: true, leader: true, members: 1 });
    await Promise.all([node.setLeader(true), node.setLeader(false)]);
    expect((await node.status()).leader).toBe(false);
  });

  test('keeps every record that was put at the same time', async () => {
    const node = await startedNode(variant);
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    await Promise.all(keys.map((key) => node.put(key, `${key}!`)));
    expect(await Promise.all(keys.map((key) => node.get(key)))).toEqual(keys.map((key) => `${key}!`));
  });

  test('lists its members with their latest sign of life', async () => {
    const node = await startedNode(variant);
    await node.join({ id: 'c', address: '10.0.0.3', lastSeen: 1 });
    await node.join({ id: 'b', address: '10.0.0.2', lastSeen: 1 });
    await Promise.all([node.heartbeat('b', 5), node.heartbeat('b', 3), node.heartbeat('nobody', 9)]);
    const [page, count] = await Promise.all([node.describeMembers(), node.memberCount(), node.leave('c')]);
    expect(page.split('\n')).toContain('b at 10.0.0.2');
    expect(count).toBe(2);
    expect((await node.dump()).members).toEqual([{ id: 'b', address: '10.0.0.2', lastSeen: 5 }]);
  });

  test('sends what was buffered for a peer, each message once', async () => {
    const node = await startedNode(variant);
    await Promise.all(['1', '2', '3'].map((message) => node.send('b', message)));
    await node.send('c', '4');
    await Promise.all([node.flush('b'), node.flush('b')]);
    expect((await node.dump()).delivered).toEqual(['b: 1', 'b: 2', 'b: 3']);
  });

  test('gives every proposal a place of its own in the log', async () => {
    const node = await startedNode(variant);
    const places = await Promise.all(['x', 'y', 'z'].map((entry) => node.propose(entry)));
    expect(places).toEqual([1, 2, 3]);
    const { log, records, delivered } = await node.dump();
    expect(log).toEqual(['x', 'y', 'z']);
    expect(records).toEqual([
      ['log/1', 'x'],
      ['log/2', 'y'],
      ['log/3', 'z'],
    ]);
    expect(delivered).toEqual(['all: ready 1', 'all: ready 2', 'all: ready 3']);
  });

  test('adds up samples that come at the same time', async () => {
    const node = await startedNode(variant);
    const samples = [
      { name: 'cpu', value: 1 },
      { name: 'disk', value: 10 },
      { name: 'cpu', value: 2 },
    ];
    await Promise.all([node.record(samples), node.record(samples), node.record([])]);
    expect((await node.dump()).samples).toEqual([
      ['cpu', 6],
      ['disk', 20],
    ]);
  });
});
