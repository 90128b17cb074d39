import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { applyEdits, type Edit, type Fix } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import { importEdits } from '../../src/edits/imports.js';
import { planFixes } from '../../src/edits/plan.js';
import { extractFacts } from '../../src/facts/extract.js';
import { Unit } from '../../src/link/unit.js';

const RUNTIME = '@lockwise/runtime';

function unitOf(text: string, path = 'a.ts'): Unit {
  return new Unit(path, text, extractFacts(text, parseSource(path, text)));
}

function withImports(text: string, ...names: string[]): string {
  const requests = names.map((name) => {
    const [kind, bare] = name.startsWith('type ') ? (['type', name.slice(5)] as const) : (['value', name] as const);
    return { path: 'a.ts', module: RUNTIME, name: bare, kind };
  });
  return applyEdits(text, importEdits(unitOf(text), requests, []));
}

function replace(text: string, from: string, to: string): Edit {
  const start = text.indexOf(from);
  return { path: 'a.ts', span: [start, start + from.length], text: to };
}

function fixOf(ownEdits: Edit[], imports: string[] = []): Fix {
  const requests = imports.map((name) => ({ path: 'a.ts', module: RUNTIME, name, kind: 'value' as const }));
  return { title: 'Change it', tier: 'safe', edits: ownEdits, ownEdits, imports: requests };
}

function planned(text: string, fixes: readonly Fix[]): { text: string; applied: number; deferred: readonly Fix[] } {
  const plan = planFixes(fixes, () => unitOf(text));
  return {
    text: applyEdits(text, plan.edits.get('a.ts') ?? []),
    applied: plan.applied.length,
    deferred: plan.deferred,
  };
}

describe('applying edits', () => {
  test('keeps every character outside of the edits, whatever the line endings', () => {
    const piece = fc.stringMatching(/^[a-z\t\r\n ]{0,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, piece, piece), { maxLength: 8 }), piece, (parts, tail) => {
        let text = '';
        let expected = '';
        const edits = parts.map(([kept, gone, fresh]) => {
          text += `|${kept}`;
          expected += `|${kept}${fresh}`;
          const start = text.length;
          text += gone;
          return { span: [start, text.length] as const, text: fresh };
        });
        expect(applyEdits(text + tail, edits.reverse())).toBe(expected + tail);
      }),
    );
  });

  test('refuses edits that overlap', () => {
    expect(() =>
      applyEdits('abcdef', [
        { span: [0, 3], text: 'x' },
        { span: [2, 4], text: 'y' },
      ]),
    ).toThrow(RangeError);
  });
});

describe('importing a name', () => {
  test.each([
    [
      'behind the last import, in its manner',
      'import a from "a"\nimport b from "b"\nlet x = 1\n',
      'import a from "a"\nimport b from "b"\nimport { quickRead } from "@lockwise/runtime"\nlet x = 1\n',
    ],
    [
      'keeping CRLF',
      "import a from 'a';\r\na();\r\n",
      "import a from 'a';\r\nimport { quickRead } from '@lockwise/runtime';\r\na();\r\n",
    ],
    [
      'into an import of the module',
      "import { AsyncMutex } from '@lockwise/runtime';\n",
      "import { AsyncMutex, quickRead } from '@lockwise/runtime';\n",
    ],
    [
      'into a list over several lines',
      "import {\n  AsyncMutex,\n} from '@lockwise/runtime';\n",
      "import {\n  AsyncMutex,\n  quickRead,\n} from '@lockwise/runtime';\n",
    ],
    [
      'not when it is there',
      "import { quickRead } from '@lockwise/runtime';\n",
      "import { quickRead } from '@lockwise/runtime';\n",
    ],
    [
      'beside an import of types alone',
      "import type { Guard } from '@lockwise/runtime';\n",
      "import type { Guard } from '@lockwise/runtime';\nimport { quickRead } from '@lockwise/runtime';\n",
    ],
    [
      'beside an import under another name',
      "import { quickRead as q } from '@lockwise/runtime';\n",
      "import { quickRead as q, quickRead } from '@lockwise/runtime';\n",
    ],
    [
      'beside a namespace',
      "import * as rt from '@lockwise/runtime';\n",
      "import * as rt from '@lockwise/runtime';\nimport { quickRead } from '@lockwise/runtime';\n",
    ],
    [
      'on top of a file without imports',
      'export const a = 1;\n',
      "import { quickRead } from '@lockwise/runtime';\n\nexport const a = 1;\n",
    ],
    [
      'below hashbang, licence and directive',
      "#!/usr/bin/env node\n// (c) us\n\n'use strict';\nexport const a = 1;\n",
      "#!/usr/bin/env node\n// (c) us\n\n'use strict';\nimport { quickRead } from '@lockwise/runtime';\n\nexport const a = 1;\n",
    ],
    [
      'below a licence alone',
      '/* (c) us */\n\nexport const a = 1;\n',
      "/* (c) us */\n\nimport { quickRead } from '@lockwise/runtime';\n\nexport const a = 1;\n",
    ],
    [
      'above a comment that belongs to the first statement',
      '/** The a. */\nexport const a = 1;\n',
      "import { quickRead } from '@lockwise/runtime';\n\n/** The a. */\nexport const a = 1;\n",
    ],
    [
      'by require in a CommonJS file',
      "const fs = require('fs');\nmodule.exports = fs;\n",
      "const { quickRead } = require('@lockwise/runtime');\n\nconst fs = require('fs');\nmodule.exports = fs;\n",
    ],
    [
      'behind a last import without a final newline',
      "import a from 'a';",
      "import a from 'a';\nimport { quickRead } from '@lockwise/runtime';",
    ],
  ])('%s', (_title, before, after) => {
    expect(withImports(before, 'quickRead')).toBe(after);
  });

  test('asks for a type as a type', () => {
    expect(withImports("import a from 'a';\n", 'type Guard')).toBe(
      "import a from 'a';\nimport type { Guard } from '@lockwise/runtime';\n",
    );
    expect(withImports("import { quickRead } from '@lockwise/runtime';\n", 'type Guard')).toBe(
      "import { quickRead, type Guard } from '@lockwise/runtime';\n",
    );
  });
});

describe('imports that a fix leaves unused', () => {
  test('go, and what it needs comes', () => {
    const text =
      "import { Mutex } from 'async-mutex';\nimport { go } from './go.js';\nconst m = new Mutex();\ngo(m);\n";
    const fix = fixOf([replace(text, 'new Mutex()', 'new AsyncMutex()')], ['AsyncMutex']);
    expect(planned(text, [fix]).text).toBe(
      "import { go } from './go.js';\nimport { AsyncMutex } from '@lockwise/runtime';\nconst m = new AsyncMutex();\ngo(m);\n",
    );
  });

  test('stay when they were unused before', () => {
    const text = "import { left } from './left.js';\nconst a = 1;\n";
    expect(planned(text, [fixOf([replace(text, '1', '2')])]).text).toBe(
      "import { left } from './left.js';\nconst a = 2;\n",
    );
  });

  test('go only when the last use went', () => {
    const text = "import { Mutex } from 'async-mutex';\nconst a = new Mutex();\nconst b = new Mutex();\n";
    const first = fixOf([replace(text, 'a = new Mutex()', 'a = 1')]);
    const second = fixOf([replace(text, 'b = new Mutex()', 'b = 2')]);
    expect(planned(text, [first]).text).toContain('import { Mutex }');
    expect(planned(text, [first, second]).text).toBe('const a = 1;\nconst b = 2;\n');
  });

  test.each([
    ["import { Mutex, Semaphore } from 'async-mutex';", "import { Semaphore } from 'async-mutex';"],
    ["import am, { Mutex } from 'async-mutex';", "import am from 'async-mutex';"],
    ["import Mutex, { Semaphore } from 'async-mutex';", "import { Semaphore } from 'async-mutex';"],
    ["import { type Semaphore, Mutex } from 'async-mutex';", "import { type Semaphore } from 'async-mutex';"],
  ])('leave the other names of %s', (before, after) => {
    const text = `${before}\nconst m = new Mutex();\nuse(am, Semaphore);\n`;
    expect(planned(text, [fixOf([replace(text, 'new Mutex()', 'null')])]).text.split('\n')[0]).toBe(after);
  });
});

describe('planning fixes together', () => {
  const text = "import { go } from './go.js';\nconst a = 1;\nconst b = 2;\ngo(a, b);\n";
  const fix = (from: string, to: string): Fix => fixOf([replace(text, from, to)], ['quickRead']);

  test('folds the imports of all once', () => {
    const plan = planned(text, [fix('1', 'quickRead(1)'), fix('2', 'quickRead(2)')]);
    expect(plan.applied).toBe(2);
    expect(plan.text).toBe(
      "import { go } from './go.js';\nimport { quickRead } from '@lockwise/runtime';\nconst a = quickRead(1);\nconst b = quickRead(2);\ngo(a, b);\n",
    );
  });

  test('applies an edit that two fixes share once', () => {
    const plan = planned(text, [fix('1', '3'), fix('1', '3')]);
    expect(plan.applied).toBe(2);
    expect(plan.text).toContain('const a = 3;\n');
  });

  test('lets the later of two that overlap wait, as a whole', () => {
    const both = fixOf([replace(text, 'const a = 1', 'x'), replace(text, '2', '9')]);
    const plan = planned(text, [fix('1', '3'), both]);
    expect(plan.deferred).toEqual([both]);
    expect(plan.text).toContain('const b = 2;');
  });
});
