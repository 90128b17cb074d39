import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphIn, graphOf } from './command.js';
import { contrast } from './contrast.js';
import { Drawings, type Scheme } from './drawings.js';
import { bank, HOSTILE_FIELDS, hostile, hundred, keyed } from './projects.js';
import type { Seen, SeenArrow, SeenBox } from './seen.js';

let drawings: Drawings;
beforeAll(async () => {
  drawings = await Drawings.start();
});
afterAll(() => drawings.close());

const DRAWERS = [
  {
    drawer: 'Graphviz',
    format: 'dot',
    draw: (...given: Parameters<Drawings['graphviz']>) => drawings.graphviz(...given),
  },
  {
    drawer: 'Mermaid',
    format: 'mermaid',
    draw: (...given: Parameters<Drawings['mermaid']>) => drawings.mermaid(...given),
  },
];
const SCHEMES: readonly Scheme[] = ['light', 'dark'];

/** What is told with colour has to be told without it too. */
type Look = Pick<SeenArrow, 'width' | 'dashed' | 'label'>;

/** `left > right`, by the first lines of the boxes. */
function arrowsOf({ boxes, arrows }: Seen): Map<string, Look> {
  const name = (id: string) => boxes.find((box) => box.id === id)!.lines[0]!;
  return new Map(
    arrows.map(({ from, to, width, dashed, label }) => [`${name(from)} > ${name(to)}`, { width, dashed, label }]),
  );
}

/** The whole name of a box, as it is read over the lines: without blanks, and without what is there to part words. */
const nameOf = ({ lines }: SeenBox) =>
  lines
    .slice(
      0,
      lines.findIndex((line) => line.startsWith('async-mutex Mutex')),
    )
    .join('')
    .replaceAll(/\s|\u200b/g, '')
    .replace('...', '…');

/** Nothing that is to be read leaves its box, or is too pale. */
function expectReadable({ boxes }: Seen): void {
  for (const { id, letters, outline, ink, paper } of boxes) {
    expect.soft(letters.left, id).toBeGreaterThanOrEqual(outline.left - 1);
    expect.soft(letters.right, id).toBeLessThanOrEqual(outline.right + 1);
    expect.soft(letters.top, id).toBeGreaterThanOrEqual(outline.top - 1);
    expect.soft(letters.bottom, id).toBeLessThanOrEqual(outline.bottom + 1);
    expect.soft(contrast(ink, paper), `${id}: ${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
  }
}

describe.each(DRAWERS)('$drawer draws', ({ format, draw }) => {
  describe.each(SCHEMES)('on a %s page', (scheme) => {
    let bankSeen: Seen;
    beforeAll(async () => {
      bankSeen = await draw('bank', graphOf(bank, format), scheme);
    });

    test('a cycle, a ring that a gate keeps apart, and a lock that is alone', () => {
      expectReadable(bankSeen);
      const arrows = arrowsOf(bankSeen);
      const plain = arrows.get('gate > left')!;
      expect([...arrows.keys()].sort()).toEqual([
        'audit > left',
        'gate > left',
        'gate > right',
        'left > audit',
        'left > right',
        'right > left',
      ]);
      expect(plain).toMatchObject({ dashed: false, label: '' });
      for (const [edge, line] of [
        ['left > audit', 10],
        ['audit > left', 11],
      ] as const) {
        expect(arrows.get(edge)).toMatchObject({ dashed: false, label: `cycle\nmain.ts:${line}` });
        expect(arrows.get(edge)!.width).toBeGreaterThanOrEqual(2 * plain.width);
      }
      for (const [edge, line] of [
        ['left > right', 8],
        ['right > left', 9],
      ] as const)
        expect(arrows.get(edge)).toEqual({
          width: plain.width,
          dashed: true,
          label: `only under gate\nmain.ts:${line}`,
        });
    });

    test('boxes that tell locks of a cycle and gate locks by their outlines', () => {
      const { boxes } = bankSeen;
      const looks = new Map(boxes.map(({ lines, width, dashed }) => [lines[0]!, { width, dashed }]));
      expect([looks.get('gate')!.dashed, looks.get('right')!.dashed, looks.get('left')!.dashed]).toEqual([
        true,
        false,
        false,
      ]);
      for (const lock of ['left', 'audit'])
        expect(looks.get(lock)!.width).toBeGreaterThanOrEqual(2 * looks.get('right')!.width);
      const gate = boxes.find(({ lines }) => lines[0] === 'gate')!;
      expect(gate.lines).toContain('async-mutex Mutex, 2 sections, gate lock');
      expect(gate.lines.at(-1)).toBe('main.ts:3');
    });

    test('red that is seen on the page', () => {
      const cycle = bankSeen.arrows.find(({ label }) => label.startsWith('cycle'))!;
      const paper = bankSeen.boxes[0]!.paper;
      expect(contrast(cycle.stroke, paper)).toBeGreaterThanOrEqual(3);
    });

    test('names that mean something to its language, and long ones', async () => {
      const seen = await draw('hostile', graphOf(hostile, format), scheme);
      expect(seen.boxes).toHaveLength(HOSTILE_FIELDS.length);
      expect(seen.arrows).toHaveLength(HOSTILE_FIELDS.length - 1);
      const told = seen.boxes.map(nameOf);
      for (const field of HOSTILE_FIELDS) {
        const name = `Store.${field.startsWith('"') ? (JSON.parse(field) as string) : field}`.replaceAll(/\s/g, '');
        if (name.length < 70) expect(told).toContain(name);
        else
          expect(
            told.some((one) => one.startsWith(name.slice(0, 18)) && one.includes('…') && one.endsWith(name.slice(-8))),
          ).toBe(true);
      }
    });
  });

  test('names that are wider than letters are, within their boxes', async () => {
    expectReadable(await draw('hostile', graphOf(hostile, format), 'light'));
  });

  test('locks that a template chooses', async () => {
    const arrows = arrowsOf(await draw('keyed', graphOf(keyed, format), 'light'));
    expect([...arrows.keys()].sort()).toEqual(['rooms > users', 'users > rooms']);
  });

  test('a hundred locks', async () => {
    const seen = await draw('hundred', graphOf(hundred, format), 'light');
    expect(seen.boxes).toHaveLength(101);
    expect(seen.arrows).toHaveLength(100);
    expectReadable(seen);
  });

  test('one lock, and none', async () => {
    const one = await draw(
      'one',
      graphOf(
        bank
          .split('\n')
          .filter((line) => !/gate|left|right|audit/.test(line))
          .join('\n'),
        format,
      ),
      'light',
    );
    expect(JSON.stringify(one)).toMatch(/Never held together with another lock:[\s\S]*alone/);
    const none = await draw('none', graphOf('export const nothing = 1;\n', format), 'light');
    expect(JSON.stringify(none)).toMatch(/No locks found/);
  });

  test('the example of a cluster node', async () => {
    const folder = fileURLToPath(new URL('../../examples/cluster-node', import.meta.url));
    const seen = await draw('cluster-node', graphIn(join(folder, 'runtime'), format), 'light');
    expect(seen.boxes.length + seen.rest.length).toBeGreaterThan(0);
    expectReadable(seen);
  });
});

test('the legend tells the signs that are drawn, and no others', () => {
  const gates = /gate lock/;
  expect(graphOf(bank, 'dot')).toMatch(gates);
  expect(graphOf(keyed, 'dot')).not.toMatch(gates);
  expect(graphOf(hundred, 'dot')).not.toMatch(/cycle/);
});
