import { expect, it } from 'vitest';
import { parseSource } from '@lockwise/engine/node';
import { extractFacts } from '../../src/facts/extract.js';

/** Where the declarations of a name in a program are used, in the order of the source: `T` as a type, `W` written to, `R` read. */
function usesOf(name: string, text: string): string[] {
  const { bindings } = extractFacts(text, parseSource('a.tsx', text));
  return bindings
    .filter((binding) => binding.name === name)
    .sort((one, other) => one.span[0] - other.span[0])
    .map(({ refs }) =>
      [...refs]
        .filter(({ span }) => text.slice(...span) === name)
        .sort((one, other) => one.span[0] - other.span[0])
        .map(({ span, type, write }) => `${lineOf(text, span[0])}${type ? 'T' : write ? 'W' : 'R'}`)
        .join(' '),
    );
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

it.each([
  ['a block hides what is outside', 'x', 'let x = 1;\n{ let x = 2; x; }\nx;', ['1R 3R', '2R 2R']],
  ['`var` belongs to the function', 'x', 'function f() {\n if (a) { var x = 1; }\n return x;\n}\nx;', ['2R 3R']],
  ['a use before the declaration', 'f', 'f();\nfunction f() {}', ['1R']],
  ['writes', 'x', 'let x = 1;\nx = 2;\nx += 1;\nx++;\n[x] = y;\n({ x } = y);', ['1R 2W 3W 4W 5W 6W']],
  [
    'a default does not see the body',
    'x',
    'const x = 1;\nfunction f(a = x) { const x = 2;\n return x; }',
    ['1R 2R', '2R 3R'],
  ],
  ['a default sees the parameters', 'a', 'function f(a: number, b = a) {}', ['1R']],
  ['defaults in a pattern', 'y', 'const { x = y,\n [y]: z } = o;\nvar y;', ['1R 2R']],
  ['the loop has its own', 'i', 'let i = 0;\nfor (let i = 0; i < 3; i++) i;\ni;', ['1R 3R', '2R 2R 2W 2R']],
  ['what is gone through is written first', 'x', 'for (const x of xs)\n x;\nlet y; for (y of xs);', ['1R 2R']],
  ['a name that is thrown', 'e', 'try {} catch (e) { e;\n { let e; } }', ['1R', '']],
  ['a function expression knows its name', 'f', 'const g = function f() { f; };\nf;', ['1R']],
  ['a class is one name, inside and outside', 'C', 'class C { static a = C; }\nnew C();', ['1R 2R']],
  ['a field sees the class', 'k', 'const k = 1;\nclass C { [k] = k; static { k; } }', ['1R 2R 2R 2R']],
  [
    '`arguments` is no name from outside',
    'arguments',
    'const arguments = 1;\nfunction f() { arguments; }\n() => arguments;',
    ['1R 3R'],
  ],
  ['a type is no value', 'A', 'type A = 1;\nlet a: A;\nA;', ['2T']],
  ['a value is no type', 'a', 'const a = 1;\nlet b: a;\nlet c: typeof a;', ['1R 3R']],
  ['a parameter of a type hides', 'T', 'type T = 1;\nfunction f<T>(a: T): T {}\nlet b: T;', ['3T', '2T 2T']],
  [
    'what is inferred is known in one branch',
    'U',
    'type U = 1;\ntype A<T> = T extends (a: infer U) => void ? U : U;',
    ['2T', '2T'],
  ],
  ['names of a function type', 'a', 'const a = 1;\ntype F = (a: string) => asserts a is string;', ['1R', '2R']],
  ['a mapped type', 'K', 'type K = 1;\ntype M = { [K in 1]: K };', ['', '2T']],
  ['exported as either', 'A', 'interface A {}\nexport { A };\nexport type { A as B };', ['2R 3T']],
  ['members of an enum', 'a', 'const a = 1;\nenum E { a = 1, b = a }', ['1R', '2R']],
  ['a namespace', 'n', 'namespace N { var n = 1;\n n; }\nn;', ['1R 2R']],
  ['an element of the page is no name', 'div', 'const div = 1;\n<div/>;', ['1R']],
  ['an element of the program is', 'Panel', 'const Panel = 1;\n<Panel>\n</Panel>;', ['1R 2R 3R']],
  ['`import x = require()`', 'x', "import x = require('x');\nx;", ['2R']],
])('%s', (_what, name, source, uses) => {
  expect(usesOf(name, source)).toEqual(uses);
});
