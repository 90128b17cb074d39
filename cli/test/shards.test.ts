import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.js';

const files: Record<string, string> = {
  'src/locks.ts':
    "import { Mutex } from 'async-mutex';\nexport const a = new Mutex();\nexport const b = new Mutex();\n",
  'src/one.ts':
    "import { a, b } from './locks.js';\nexport async function one(): Promise<void> {\n  await a.runExclusive(async () => {\n    await b.runExclusive(async () => {});\n  });\n}\n",
  'src/two.ts':
    "import { a, b } from './locks.js';\nexport async function two(): Promise<void> {\n  await b.runExclusive(async () => {\n    await a.runExclusive(async () => {});\n  });\n}\n",
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

describe('shards', () => {
  test('1/1, 1/4…4/4 and 1/7…7/7 merge to the same bytes as an undivided run', async () => {
    const bench = new Workbench(files);
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
