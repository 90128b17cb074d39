import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  applyEdits,
  completeFix,
  importEdits,
  ownEdits,
  planFixes,
  type Fix,
  type FixDraft,
  type Sources,
} from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';

const RUNTIME = '@lockwise/runtime';

function sourcesOf(files: Record<string, string>): Sources {
  return { text: (path) => files[path], parse: parseSource };
}

function withImports(text: string, ...names: string[]): string {
  const requests = names.map((name) => {
    const [kind, bare] = name.startsWith('type ') ? (['type', name.slice(5)] as const) : (['value', name] as const);
    return { module: RUNTIME, name: bare, kind };
  });
  return applyEdits(text, importEdits(text, parseSource('a.ts', text).program, { requests }));
}

function replace(text: string, from: string, to: string, path = 'a.ts'): FixDraft['edits'][number] {
  const start = text.indexOf(from);
  return { path, span: [start, start + from.length], text: to };
}

function draft(edits: FixDraft['edits'], imports: string[] = []): FixDraft {
  const requests = imports.map((name) => ({ path: 'a.ts', module: RUNTIME, name, kind: 'value' as const }));
  return { title: 'Change it', tier: 'safe', edits, imports: requests };
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

describe('completing a fix', () => {
  const text = "import { Mutex } from 'async-mutex';\nimport { go } from './go.js';\nconst m = new Mutex();\ngo(m);\n";

  test('adds what it needs and removes the import that it leaves unused', () => {
    const fix = completeFix(
      draft([replace(text, 'new Mutex()', 'new AsyncMutex()')], ['AsyncMutex']),
      sourcesOf({ 'a.ts': text }),
    );
    expect(applyEdits(text, fix.edits)).toBe(
      "import { go } from './go.js';\nimport { AsyncMutex } from '@lockwise/runtime';\nconst m = new AsyncMutex();\ngo(m);\n",
    );
    expect(ownEdits(fix)).toHaveLength(1);
  });

  test('leaves an import that was unused before', () => {
    const unused = "import { left } from './left.js';\nconst a = 1;\n";
    const fix = completeFix(draft([replace(unused, '1', '2')]), sourcesOf({ 'a.ts': unused }));
    expect(applyEdits(unused, fix.edits)).toBe("import { left } from './left.js';\nconst a = 2;\n");
  });

  test('keeps the other names of a declaration', () => {
    const both = "import { Mutex, Semaphore } from 'async-mutex';\nconst m = new Mutex(), s = new Semaphore(1);\n";
    const fix = completeFix(draft([replace(both, 'new Mutex()', 'null')]), sourcesOf({ 'a.ts': both }));
    expect(applyEdits(both, fix.edits)).toContain("import { Semaphore } from 'async-mutex';\n");
  });
});

describe('planning fixes together', () => {
  const text = "import { go } from './go.js';\nconst a = 1;\nconst b = 2;\ngo(a, b);\n";
  const sources = sourcesOf({ 'a.ts': text });
  const fixOf = (from: string, to: string): Fix =>
    completeFix(draft([replace(text, from, to)], ['quickRead']), sources);

  test('folds the imports of all once', () => {
    const plan = planFixes([fixOf('1', 'quickRead(1)'), fixOf('2', 'quickRead(2)')], sources);
    expect(plan.applied).toHaveLength(2);
    expect(plan.texts.get('a.ts')).toBe(
      "import { go } from './go.js';\nimport { quickRead } from '@lockwise/runtime';\nconst a = quickRead(1);\nconst b = quickRead(2);\ngo(a, b);\n",
    );
  });

  test('applies an edit that two fixes share once', () => {
    const plan = planFixes([fixOf('1', '3'), fixOf('1', '3')], sources);
    expect(plan.applied).toHaveLength(2);
    expect(plan.texts.get('a.ts')).toContain('const a = 3;\n');
  });

  test('lets the later of two that overlap wait, as a whole', () => {
    const both: Fix = { ...draft([replace(text, 'const a = 1', 'x'), replace(text, '2', '9')]), imports: [] };
    const plan = planFixes([fixOf('1', '3'), both], sources);
    expect(plan.deferred).toEqual([both]);
    expect(plan.texts.get('a.ts')).toContain('const b = 2;');
  });
});
