import { createProject } from '@lockwise/engine';
import { describe, expect, test } from 'vitest';
import type { MakeProject } from '../src/analyse/project.js';
import { shardOf } from '../src/commands/shard.js';
import { Workbench } from './workbench.js';

const files: Record<string, string> = {
  'src/locks.ts':
    "import { Mutex } from 'async-mutex';\nexport const a = new Mutex();\nexport const b = new Mutex();\n",
  'src/first.ts':
    "import { a, b } from './locks.js';\nexport async function first(): Promise<void> {\n  await a.runExclusive(async () => {\n    await b.runExclusive(async () => {});\n  });\n}\n",
  'src/second.ts':
    "import { a, b } from './locks.js';\nexport async function second(): Promise<void> {\n  await b.runExclusive(async () => {\n    await a.runExclusive(async () => {});\n  });\n}\n",
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [
      `src/store-${index}.ts`,
      `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\nexport async function f(): Promise<void> {\n  const release = await mutex.acquire();\n  await fetch('${index}');\n  release();\n}\n`,
    ]),
  ),
};

async function merged(bench: Workbench, count: number, reporter: string): Promise<string> {
  const parts: string[] = [];
  for (let index = 1; index <= count; index++) {
    const { code } = await bench.run([
      'check',
      'src',
      '--shard',
      `${index}/${count}`,
      '--output',
      `part-${index}.json`,
    ]);
    expect(code).toBe(0);
    parts.push(`part-${index}.json`);
  }
  return (await bench.run(['merge', ...parts.reverse(), '--reporter', reporter])).out;
}

/** The parts that hold the lock-order cycle, of which each file has one half. */
const partsOfCycle = (count: number): Set<number> =>
  new Set(['src/first.ts', 'src/second.ts'].map((path) => shardOf(path, count)));

describe('shards', () => {
  test('1/1, 1/4…4/4 and 1/7…7/7 merge to the same bytes as an undivided run', async () => {
    const bench = new Workbench(files);
    expect((await bench.run(['check', 'src'])).out).toContain('no-lock-order-cycle');
    for (const count of [4, 7]) expect(partsOfCycle(count).size).toBe(2);
    for (const reporter of ['json', 'text', 'sarif']) {
      const whole = (await bench.run(['check', 'src', '--reporter', reporter])).out.replaceAll(
        'lockwise fix src',
        'lockwise fix',
      );
      for (const count of [1, 4, 7])
        expect(
          (await merged(bench, count, reporter)).replaceAll(/lockwise fix( part-\S+)*( src)?/g, 'lockwise fix'),
        ).toBe(whole);
    }
  });

  test('a part has the facts of its own files alone, and the merge uses them instead of parsing', async () => {
    const bench = new Workbench(files);
    const sizes: number[] = [];
    for (const index of [1, 2, 3, 4]) {
      await bench.run(['check', 'src', '--shard', `${index}/4`, '--output', `p${index}.json`]);
      sizes.push(Object.keys(JSON.parse(bench.read(`p${index}.json`)).files).length);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(12);
    expect(Math.max(...sizes)).toBeLessThan(12);
  });

  test('a missing part, and parts of different runs, are told', async () => {
    const bench = new Workbench(files);
    await bench.run(['check', 'src', '--shard', '1/2', '--output', 'a.json']);
    await bench.run(['check', 'src', '--shard', '2/3', '--output', 'b.json']);
    expect(await bench.run(['merge', 'a.json'])).toMatchObject({ code: 2, err: 'lockwise: parts are missing: 2/2\n' });
    expect((await bench.run(['merge', 'a.json', 'b.json'])).err).toContain('their counts differ');
  });
});

describe('the facts of a package', () => {
  const monorepo = {
    'package.json': '{ "workspaces": ["packages/*"] }',
    'packages/store/package.json': '{ "name": "store", "exports": "./src/index.ts" }',
    'packages/store/src/index.ts': files['src/locks.ts']!,
    'packages/service/package.json': '{ "name": "service" }',
    'packages/service/src/index.ts':
      `${files['src/first.ts']!}${files['src/second.ts']!.split('\n').slice(1).join('\n')}`.replace(
        './locks.js',
        '../../store/src/index.js',
      ),
  };

  /** The paths that the run parsed, and what it said. */
  async function checked(bench: Workbench, ...argv: string[]): Promise<{ parsed: string[]; out: string }> {
    const parsed: string[] = [];
    const make: MakeProject = (options) =>
      createProject({
        ...options,
        host: { ...options.host, parse: (path, text) => (parsed.push(path), options.host.parse(path, text)) },
      });
    const { out } = await bench.run(['check', 'src', ...argv], { cwd: 'packages/service', make });
    return { parsed, out };
  }

  test('are one file, the same for the same sources, that dependants link instead of parsing', async () => {
    const bench = new Workbench(monorepo);
    const keep = ['check', 'src', '--facts', 'facts.json'];
    expect((await bench.run(keep, { cwd: 'packages/store' })).code).toBe(0);
    const facts = bench.read('packages/store/facts.json');
    expect(Object.keys(JSON.parse(facts).files)).toHaveLength(1);
    const alone = await checked(bench);
    expect(alone.out).toContain('no-lock-order-cycle');
    expect(alone.parsed).toContain('../store/src/index.ts');
    const linked = await checked(bench, '--link', '../store/facts.json', '--facts', 'facts.json');
    expect(linked.out).toBe(alone.out);
    expect(linked.parsed).not.toContain('../store/src/index.ts');
    expect(Object.keys(JSON.parse(bench.read('packages/service/facts.json')).files)).toHaveLength(1);
    await bench.run(keep, { cwd: 'packages/store' });
    expect(bench.read('packages/store/facts.json')).toBe(facts);
  });

  test('that are out of date are found out again', async () => {
    const bench = new Workbench(monorepo);
    await bench.run(['check', 'src', '--facts', 'facts.json'], { cwd: 'packages/store' });
    bench.write('packages/store/src/index.ts', `// changed\n${files['src/locks.ts']!}`);
    const linked = await checked(bench, '--link', '../store/facts.json');
    expect(linked.parsed).toContain('../store/src/index.ts');
    expect(linked.out).toBe((await checked(bench)).out);
  });
});
