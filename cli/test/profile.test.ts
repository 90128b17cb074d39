import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { histogram, profile, site } from './trace/profiles.js';
import { Workbench } from './workbench.js';

const store = (name: string) => `import { Mutex } from 'async-mutex';

export class ${name} {
  private readonly mutex = new Mutex();
  private items: string[] = [];

  async save(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const body = this.items.join();
      await fetch('https://example.org/', { method: 'PUT', body });
    });
  }

  async add(item: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.items.push(item);
    });
  }
}
`;

const SAVE = 'await this.mutex.runExclusive(async () => {';
const ADD = 'await this.mutex.runExclusive(() => {';

/** A run in which `add` waited behind `save`: so long in `a.ts`, and so long in `b.ts`. */
function recorded(a: number, b: number): string {
  const places = (path: string, id: number, waitMs: number) => [
    site(id, SAVE, { path, line: 8, column: 11, indent: 4, symbol: 'save', hold: histogram(waitMs / 2) }),
    site(id + 1, ADD, {
      path,
      line: 15,
      column: 11,
      indent: 4,
      symbol: 'add',
      blockedBy: [{ site: id, waits: 2, waitMs }],
    }),
  ];
  return JSON.stringify(profile([...places('a.ts', 1, a), ...places('b.ts', 3, b)]));
}

const files = { 'a.ts': store('Shelf'), 'b.ts': store('Barn'), 'c.ts': store('Crate') };

describe('--profile', () => {
  test('puts the findings behind which was waited most first, with what was measured', async () => {
    const bench = new Workbench({ ...files, 'run.json': recorded(200, 3000) });
    const { out, code } = await bench.run(['check', '--profile', 'run.json']);
    expect(code).toBe(1);
    expect([...out.matchAll(/^(\w\.ts):8:11 .* {2}(\S+)$/gm)].map(([, path, evidence]) => [path, evidence])).toEqual([
      ['b.ts', 'measured'],
      ['a.ts', 'measured'],
      ['c.ts', 'unrelated'],
    ]);
    expect(out).toMatch(/\n {2}held p95 1\.5\d s · waited 3\.00 s · 2 waiters\n/);
    expect(out).toContain('lockwise fix --profile run.json');
  });

  test('adds up when given twice', async () => {
    const bench = new Workbench({ ...files, 'one.json': recorded(200, 300), 'two.json': recorded(400, 10) });
    const { out } = await bench.run(['check', '--profile', 'one.json', '--profile', 'two.json', '--reporter', 'json']);
    const findings = JSON.parse(out).findings as { path: string; measured?: { waitedMs: number; rank: number } }[];
    expect(findings.map(({ path, measured }) => [path, measured?.waitedMs, measured?.rank])).toEqual([
      ['a.ts', 600, 1],
      ['b.ts', 310, 2],
      ['c.ts', undefined, undefined],
    ]);
  });

  test('ranks the results of JSON, by its schema, and of SARIF', async () => {
    const bench = new Workbench({ ...files, 'run.json': recorded(200, 3000) });
    const reported = async (name: string) =>
      JSON.parse((await bench.run(['check', '--profile', 'run.json', '--reporter', name])).out);
    const schema = JSON.parse(readFileSync(new URL('../schema/report.schema.json', import.meta.url), 'utf8'));
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    expect(validate(await reported('json')) || validate.errors).toBe(true);
    const sarif = await reported('sarif');
    expect(
      sarif.runs[0].results.map(({ rank, properties }: { rank?: number; properties: object }) => [rank, properties]),
    ).toMatchObject([
      [6.7, { evidence: 'measured', measured: { waitedMs: 200 } }],
      [100, { evidence: 'measured', measured: { waitedMs: 3000 } }],
      [undefined, { evidence: 'unrelated' }],
    ]);
  });

  test('says in one line that it is stale, and counts what is still there', async () => {
    const changed = files['a.ts'].replace(SAVE, SAVE.replace('async', 'async function work'));
    const bench = new Workbench({ 'a.ts': changed, 'b.ts': files['b.ts'], 'run.json': recorded(200, 3000) });
    const { out } = await bench.run(['check', '--profile', 'run.json']);
    expect(out).toContain(
      `run.json: stale: one place is no longer in the code, of 4, the first a.ts:8 \`${SAVE}\`; record it again with lockwise trace`,
    );
    expect(out).toContain('waited 3.00 s');
  });

  const bad = {
    'none.json': [undefined, 'no such file; write a profile with: lockwise trace -o FILE -- node app.js'],
    'text.json': ['hello', 'not a lockwise profile (not JSON); write one with: lockwise trace -o FILE -- node app.js'],
    'foreign.json': [
      '{"nodes":[]}',
      'not a lockwise profile (no "format": "lockwise-profile"); write one with: lockwise trace -o FILE -- node app.js',
    ],
    'newer.json': [
      '{"format":"lockwise-profile","version":2}',
      'a profile of version 2, but this lockwise reads version 1; update lockwise',
    ],
    'cut.json': [
      recorded(1, 2).slice(0, 400),
      'the profile is cut off, as when the disk is full; record it again with lockwise trace',
    ],
    'damaged.json': [
      recorded(1, 2).replace('"sites":[', '"sites":[7,'),
      'a damaged profile (sites[0] is not an object); record it again with lockwise trace',
    ],
  } as const;

  test.each(Object.entries(bad))('%s gives one line and exit code 2', async (name, [text, message]) => {
    const bench = new Workbench({ ...files, ...(text === undefined ? {} : { [name]: text }) });
    expect(await bench.run(['check', '--profile', name])).toEqual({
      code: 2,
      out: '',
      err: `lockwise: ${name}: ${message}\n`,
    });
  });

  test('a profile that may not be read gives one line', async () => {
    const bench = new Workbench(files);
    const trouble = Object.assign(new Error('no'), { code: 'EACCES' });
    const { code, err } = await bench.run(['check', '--profile', 'run.json'], {
      files: {
        read: () => {
          throw trouble;
        },
      },
    });
    expect([code, err]).toEqual([2, 'lockwise: run.json: may not be read; check its permissions\n']);
  });

  test('a folder in its place gives one line', async () => {
    const { code, err } = await new Workbench(files).run(['check', '--profile', '.']);
    expect([code, err]).toEqual([
      2,
      'lockwise: .: a folder, not a profile; name the JSON file that lockwise trace wrote\n',
    ]);
  });
});
