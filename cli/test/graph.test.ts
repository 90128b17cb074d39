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
    expect((await edges('text', /→/)).map((line) => line.replace(/:\d+$/, ''))).toEqual([
      '→ (cycle) left  bank.ts:10',
      '→ left  bank.ts:7',
      '→ right  bank.ts:7',
      '→ right (only under gate)  bank.ts:7',
      '→ (cycle) audit  bank.ts:9',
      '→ left (only under gate)  bank.ts:8',
    ]);
  });

  test('for Graphviz', async () => {
    expect((await edges('dot', /->/)).map((line) => line.replaceAll(/bank\.ts#|@\d+/g, ''))).toEqual([
      '"gate" -> "left";',
      '"gate" -> "right";',
      '"left" -> "right" [style=dashed, label="under gate"];',
      '"right" -> "left" [style=dashed, label="under gate"];',
      '"left" -> "audit" [color=red, penwidth=2, label="cycle"];',
      '"audit" -> "left" [color=red, penwidth=2, label="cycle"];',
    ]);
  });

  test('for Mermaid', async () => {
    expect(await edges('mermaid', /->|==>/)).toEqual([
      'L1 --> L2',
      'L1 --> L3',
      'L2 -.->|"under gate"| L3',
      'L3 -.->|"under gate"| L2',
      'L2 ==>|cycle| L0',
      'L0 ==>|cycle| L2',
    ]);
  });
});
