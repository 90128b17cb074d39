// What a node can end in, over all schedules of a few requests: the same before and after. The model is the node itself,
// with each wait for a disk, a page or a peer made a pause that may end at any time.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareOutcomes, type Run } from '@lockwise/runtime/testing';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { ClusterService } from '../../examples/cluster-node/shared/service.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

type NodeOf = (run: Run) => ClusterService;

/** The node of a variant, whose waits are the explorer's. */
async function nodeOf(variant: string): Promise<NodeOf> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'examples/cluster-node', variant, 'node.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'pause',
        setup({ onLoad }) {
          onLoad({ filter: /shared[/\\]latency\.ts$/ }, () => ({
            contents: 'export const latency = () => pause();',
            loader: 'ts',
          }));
        },
      },
    ],
  });
  const text = outputFiles[0]!.text;
  return (run) => {
    const module = { exports: {} as { ClusterNode: new () => ClusterService } };
    new Function('module', 'exports', 'pause', text)(module, module.exports, () => run.pause());
    return new module.exports.ClusterNode();
  };
}

/** A few requests at a node that has started, each at any time. The outcome is all that they gave, and the node's state. */
type Requests = Record<string, (node: ClusterService) => Promise<unknown>>;

function program(nodeOf: NodeOf, prepare: (node: ClusterService) => Promise<unknown>, requests: Requests) {
  return async (run: Run) => {
    const node = nodeOf(run);
    await prepare(node);
    const given = await Promise.all(
      Object.entries(requests).map(([name, request]) => run.task(name, () => request(node))),
    );
    return { given, left: await node.dump() };
  };
}

const member = (id: string) => ({ id, address: `10.0.0.${id}`, lastSeen: 0 });

// Sending to a peer is left out: its retries and its uncleared timer make millions of schedules of two messages.
const MODELS: readonly { name: string; prepare: (node: ClusterService) => Promise<unknown>; requests: Requests }[] = [
  {
    name: 'the leader flag is set twice while the status is asked for',
    prepare: (node) => node.start(),
    requests: {
      on: (node) => node.setLeader(true),
      off: (node) => node.setLeader(false),
      status: (node) => node.status(),
    },
  },
  {
    name: 'the database is opened and closed while it is asked for',
    prepare: () => Promise.resolve(),
    requests: {
      start: (node) => node.start(),
      ready: (node) => node.isReady(),
      get: (node) => node.get('a'),
    },
  },
  {
    name: 'a record is written while it is read',
    prepare: (node) => node.start(),
    requests: { put: (node) => node.put('a', '1'), get: (node) => node.get('a') },
  },
  {
    name: 'members come, go and give signs of life while the page is rendered',
    prepare: async (node) => {
      await node.join(member('1'));
      await node.join(member('2'));
    },
    requests: {
      page: (node) => node.describeMembers(),
      join: (node) => node.join(member('3')),
      leave: (node) => node.leave('1'),
      seen: (node) => node.heartbeat('2', 7),
    },
  },
  {
    name: 'members are counted while the page is rendered',
    prepare: (node) => node.join(member('1')),
    requests: {
      page: (node) => node.describeMembers(),
      join: (node) => node.join(member('2')),
      count: (node) => node.memberCount(),
    },
  },
  {
    name: 'the node stops while a record is written',
    prepare: (node) => node.start(),
    requests: { put: (node) => node.put('a', '1'), stop: (node) => node.stop(), ready: (node) => node.isReady() },
  },
  {
    name: 'two entries are proposed',
    prepare: (node) => node.start(),
    requests: { one: (node) => node.propose('x'), two: (node) => node.propose('y') },
  },
];

describe.each(['runtime', 'async-mutex'])('a node on %s', async (locks) => {
  const [before, after] = [await nodeOf(`${locks}/before`), await nodeOf(`${locks}/after`)];

  test.each(MODELS)('$name', async ({ prepare, requests }) => {
    const compared = await compareOutcomes(program(before, prepare, requests), program(after, prepare, requests));
    console.log(`${compared.schedules[0]} and ${compared.schedules[1]} schedules, ${compared.kept.length} outcomes`);
    const texts = (outcomes: typeof compared.added) => outcomes.map(({ text }) => text);
    expect({ added: texts(compared.added), lost: texts(compared.lost) }).toEqual({ added: [], lost: [] });
    expect(compared.kept.length).toBeGreaterThan(0);
  });
});
