import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.js';

/** A ring that a gate lock keeps apart, and a cycle beside it. */
const bank = `import { Mutex } from 'async-mutex';
const gate = new Mutex();
const left = new Mutex();
const right = new Mutex();
const audit = new Mutex();
declare function work(): Promise<void>;
export const pay = () => gate.runExclusive(() => left.runExclusive(() => right.runExclusive(work)));
export const refund = () => gate.runExclusive(() => right.runExclusive(() => left.runExclusive(work)));
export const close = () => left.runExclusive(() => audit.runExclusive(work));
export const check = () => audit.runExclusive(() => left.runExclusive(work));
`;

/** The lines of a graph that are edges, without what stands at their ends. */
async function edges(format: string, edge: RegExp): Promise<string[]> {
  const { code, out } = await new Workbench({ 'bank.ts': bank }).run(['graph', '--format', format]);
  expect(code, 'a cycle is left').toBe(1);
  return out
    .split('\n')
    .filter((line) => edge.test(line))
    .map((line) => line.trim());
}

describe('the order of locks, with a gate and a cycle', () => {
  test('as text', async () => {
    expect(await edges('text', /→ \w+ ?\(|→ \w+ {2}\w/)).toEqual([
      '→ left (cycle)  bank.ts:10',
      '→ left  bank.ts:7',
      '→ right  bank.ts:7',
      '→ right (only under gate)  bank.ts:7',
      '→ audit (cycle)  bank.ts:9',
      '→ left (only under gate)  bank.ts:8',
      // The cycle once more, as the ring that it is.
      '→ left  bank.ts:10',
      '→ audit  bank.ts:9',
    ]);
  });

  test('for Graphviz', async () => {
    expect((await edges('dot', /->/)).map((line) => line.replace(/, tooltip="[^"]*"|tooltip="[^"]*"/, ''))).toEqual([
      '"gate" -> "left" [];',
      '"gate" -> "right" [];',
      '"left" -> "right" [label=<only under gate<BR/>bank.ts:7>, style=dashed];',
      '"right" -> "left" [label=<only under gate<BR/>bank.ts:8>, style=dashed];',
      '"left" -> "audit" [label=<cycle<BR/>bank.ts:9>, color="#c62828", fontcolor="#c62828", penwidth=2.5];',
      '"audit" -> "left" [label=<cycle<BR/>bank.ts:10>, color="#c62828", fontcolor="#c62828", penwidth=2.5];',
    ]);
  });

  test('for Mermaid', async () => {
    expect((await edges('mermaid', /->|==>/)).map((line) => line.replaceAll('#58;', ':'))).toEqual([
      'L1 --> L2',
      'L1 --> L3',
      'L2 -.->|"only under gate<br>bank.ts:7"| L3',
      'L3 -.->|"only under gate<br>bank.ts:8"| L2',
      'L2 ==>|"cycle<br>bank.ts:9"| L0',
      'L0 ==>|"cycle<br>bank.ts:10"| L2',
    ]);
  });

  test('as a page, in words beside the colours', async () => {
    const { out } = await new Workbench({ 'bank.ts': bank }).run(['graph', '--format', 'html']);
    expect(out.match(/<td class="ring">(cycle|only under gate)<\/td>/g)).toHaveLength(4);
    expect(out).toContain('the gate lock');
    expect(out.match(/<g class="edge cycle">/g)).toHaveLength(2);
    expect(out.match(/<g class="edge gated">/g)).toHaveLength(2);
    expect(out).toMatch(/<g class="gated"><title>gate, bank\.ts:2<\/title>/);
    expect(out).toContain('>only under gate</text>');
  });
});

describe('the text of the graph', () => {
  const long = `packages/${'deep/'.repeat(6)}AccountController.ts`;
  const wide = `import { Mutex } from 'async-mutex';
export class AccountController {
  #controllerOperationMutex = new Mutex();
  #vaultOperationMutex = new Mutex();
  ${Array.from({ length: 12 }, (_, index) => `someFieldOfTheAccount${index} = 0;`).join('\n  ')}
  save() { return this.#controllerOperationMutex.runExclusive(() => this.#vaultOperationMutex.runExclusive(() => this.change())); }
  load() { return this.#controllerOperationMutex.runExclusive(() => this.change()); }
  private change() { ${Array.from({ length: 12 }, (_, index) => `this.someFieldOfTheAccount${index}++;`).join(' ')} }
}
`;

  test('fits 80 columns; a place has a line of its own where there is no room, and is never cut', async () => {
    const { out } = await new Workbench({ [long]: wide }).run(['graph'], { columns: 80 });
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(out).toMatch(/guards this\.someFieldOfTheAccount0, .* and 1\d more/);
    expect(out).toContain(`\n      ${long}:17\n`);
  });

  test('says all that the line has room for', async () => {
    const { out } = await new Workbench({ [long]: wide }).run(['graph'], { columns: 500 });
    expect(out).toContain('this.someFieldOfTheAccount9');
    expect(out).not.toMatch(/ more$/m);
  });

  test('is the same with colours and without', async () => {
    const bench = new Workbench({ 'bank.ts': bank });
    const plain = await bench.run(['graph']);
    const coloured = await bench.run(['graph'], { colours: true });
    expect(plain.out).toBe(stripVTControlCharacters(plain.out));
    expect(coloured.out).not.toBe(plain.out);
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
  });

  test('tells locks of one name apart, and names nothing by numbers of its own', async () => {
    const twice = `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export const one = (key: string) => lockOf(key).runExclusive(() => 1);
export async function two() { const mutex = new Mutex(); await mutex.runExclusive(() => 1); }
export async function three() { const mutex = new Mutex(); await mutex.runExclusive(() => 1); }
`;
    const { out } = await new Workbench({
      'a.ts': twice,
      'b.ts': 'import { Mutex } from "async-mutex";\nexport const mutex = new Mutex();\n',
    }).run(['graph']);
    const names = out.split('\n').map((line) => line.split('  ')[0]);
    expect(names).toEqual(expect.arrayContaining(['mutex (a.ts:9)', 'mutex (a.ts:10)', 'mutex (b.ts)', 'lockOf()']));
    expect(out).not.toContain('@');
  });

  test('counts locks of tests, unless there are no others', async () => {
    const lone = (name: string) =>
      `import { Mutex } from 'async-mutex';\nconst ${name} = new Mutex();\nexport const go = () => ${name}.runExclusive(() => 1);\n`;
    const both = await new Workbench({ 'a.ts': lone('own'), 'test/a.test.ts': lone('fake') }).run(['graph']);
    expect(both.out).toContain('and 1 lock of tests');
    expect(both.out).not.toContain('fake');
    const tests = await new Workbench({ 'test/a.test.ts': lone('fake') }).run(['graph']);
    expect(tests.out).toContain('fake  async-mutex Mutex, 1 section');
  });

  test('of one lock, and of none', async () => {
    const one = await new Workbench({
      'a.ts': `import { Mutex } from 'async-mutex';\nconst only = new Mutex();\nexport const go = () => only.runExclusive(() => 1);\n`,
    }).run(['graph']);
    expect(one).toEqual({
      code: 0,
      out: 'only  async-mutex Mutex, 1 section  a.ts:2:7\n\n1 lock, 0 edges, no cycle\n',
      err: '',
    });
    expect(await new Workbench({ 'a.ts': 'export {};\n' }).run(['graph'])).toEqual({
      code: 0,
      out: 'No locks found.\n',
      err: '',
    });
  });
});

test('a graph that pages with Mermaid do not draw is told, and drawn all the same', async () => {
  const many = `import { Mutex } from 'async-mutex';
${Array.from({ length: 33 }, (_, index) => `const m${index} = new Mutex();`).join('\n')}
${Array.from({ length: 33 }, (_, one) =>
  Array.from(
    { length: one },
    (_, other) => `export const f${one}x${other} = () => m${other}.runExclusive(() => m${one}.runExclusive(() => 1));`,
  ).join('\n'),
).join('\n')}
`;
  const { code, out, err } = await new Workbench({ 'many.ts': many }).run(['graph', '--format', 'mermaid']);
  expect(code).toBe(0);
  expect(out.match(/-->/g)).toHaveLength(528);
  expect(err).toBe(
    'lockwise: the graph has 528 edges, and Mermaid draws 500; name the folders that matter, or use --format dot or html\n',
  );
});

describe('arguments that make no sense get one line', () => {
  test.each([
    [['--format', 'png'], /'png' is invalid\. Allowed choices are text, dot, mermaid, html; see lockwise --help/],
    [['--format'], /argument missing/],
    [['--formt', 'dot'], /unknown option '--formt' \(Did you mean --format\?\)/],
    [['nowhere'], /nowhere does not exist; check the path/],
    [['--output', '.'], /\. could not be written, for it is a folder/],
  ])('%j', async (args, line) => {
    const { code, out, err } = await new Workbench({ 'a.ts': 'export {};\n' }).run(['graph', ...args]);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(line);
  });
});
