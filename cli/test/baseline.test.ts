import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.js';

const METHOD = (name: string): string => `
  async ${name}(item: string): Promise<void> {
    const release = await this.mutex.acquire();
    await fetch('https://example.org/${name}/' + item);
    release();
  }
`;
const storeOf = (...methods: string[]): string =>
  `import { Mutex } from 'async-mutex';\n\nexport class Store {\n  private readonly mutex = new Mutex();\n${methods.map(METHOD).join('')}}\n`;

async function findings(bench: Workbench, cwd = '.'): Promise<string[]> {
  const { out } = await bench.run(['check', '--reporter', 'json'], { cwd });
  return JSON.parse(out).findings.map((one: { rule: string; symbol: string }) => `${one.rule} ${one.symbol}`);
}

function entries(bench: Workbench): string[] {
  return bench
    .read('lockwise-baseline.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function known(files: Record<string, string>): Promise<Workbench> {
  const bench = new Workbench(files);
  expect(await findings(bench)).not.toEqual([]);
  expect((await bench.run(['baseline', 'update'])).code).toBe(0);
  expect(await findings(bench)).toEqual([]);
  return bench;
}

test('one sorted line for each finding, without a line number', async () => {
  const bench = await known({ 'a.ts': storeOf('put', 'add') });
  expect(entries(bench)).toEqual([...entries(bench)].sort());
  expect(entries(bench).join('\n')).toMatch(/^require-release Store\.add [0-9a-f]{14}$/m);
  expect((await bench.run(['baseline', 'check'])).out).toBe('lockwise-baseline.txt is up to date\n');
});

describe('known findings stay known', () => {
  test.each<[string, (bench: Workbench) => void]>([
    ['when code is moved within the file', (bench) => bench.write('a.ts', `// moved\n\n\n${storeOf('add', 'put')}`)],
    ['when members are reordered', (bench) => bench.write('a.ts', storeOf('put', 'add'))],
    ['when the file is renamed', (bench) => void bench.git('mv', 'a.ts', 'b.ts')],
    [
      'when it is indented anew',
      (bench) =>
        bench.write(
          'a.ts',
          storeOf('add', 'put').replace(/^ +/gm, (spaces) => '\t'.repeat(spaces.length / 2)),
        ),
    ],
    ['when its line endings change', (bench) => bench.write('a.ts', storeOf('add', 'put').replaceAll('\n', '\r\n'))],
  ])('%s', async (_title, change) => {
    const bench = await known({ 'a.ts': storeOf('add', 'put') });
    change(bench);
    expect(await findings(bench)).toEqual([]);
    expect((await bench.run(['baseline', 'check'])).code).toBe(0);
  });
});

test('one finding swapped for another shows, although their number is the same', async () => {
  const bench = await known({ 'a.ts': storeOf('add') });
  bench.write('a.ts', storeOf('put'));
  expect(await findings(bench)).toContain('require-release Store.put');
  const { code, out } = await bench.run(['baseline', 'check']);
  expect(out).toMatch(/^new {3}a\.ts:7:27 {2}require-release {2}\S/m);
  expect(out).toMatch(/^gone {2}require-release Store\.add /m);
  expect(code).toBe(1);
  await bench.run(['baseline', 'prune']);
  expect(entries(bench)).toEqual([]);
});

describe('where only a part of the project is looked at', () => {
  const files = { 'src/a.ts': storeOf('add'), 'lib/b.ts': storeOf('put') };

  test('update adds, check takes nothing for gone, and prune is refused', async () => {
    const bench = await known(files);
    const all = entries(bench);
    bench.write('src/c.ts', storeOf('more'));
    expect((await bench.run(['baseline', 'check', 'lib'])).code).toBe(0);
    expect((await bench.run(['baseline', 'update', 'src'])).code).toBe(0);
    expect(entries(bench)).toEqual(expect.arrayContaining(all));
    expect(await findings(bench)).toEqual([]);
    const { code, err } = await bench.run(['baseline', 'prune', 'src']);
    expect(err).toBe(
      'lockwise: baseline prune has to see the whole project; run it beside lockwise-baseline.txt, without paths and filters\n',
    );
    expect(code).toBe(2);
  });

  test('the file is found from a folder below, and kept whole', async () => {
    const bench = await known(files);
    const all = entries(bench);
    expect(await findings(bench, 'src')).toEqual([]);
    bench.write('src/c.ts', storeOf('more'));
    expect((await bench.run(['baseline', 'update'], { cwd: 'src' })).out).toMatch(
      /^\.\.\/lockwise-baseline\.txt knows \d+ findings now\n$/,
    );
    expect(entries(bench)).toEqual(expect.arrayContaining(all));
    expect(await findings(bench)).toEqual([]);
  });

  test('nor does update forget what a file that cannot be parsed may still have', async () => {
    const bench = await known(files);
    const all = entries(bench);
    bench.write('src/a.ts', 'const lock = ;\nawait lock.run();\n');
    expect((await bench.run(['baseline', 'update'])).code).toBe(2);
    expect(entries(bench)).toEqual(all);
  });
});
