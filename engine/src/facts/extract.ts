import { spanOf, type Node } from '../ast/node.js';
import type { Parsed } from '../project.js';
import { suppressions } from './docs.js';
import { Extraction } from './extraction.js';
import { FORMAT, type FileFacts, type FunctionFact } from './format.js';
import { readExports, readImports } from './modules.js';
import { scopesOf } from './scopes/index.js';
import { readStatements } from './statements.js';

/** Reads the facts of one file. Throws `TooDeep` (or the engine's own stack limit) on a program nested beyond reason. */
export function extractFacts(text: string, parsed: Parsed): FileFacts {
  const program = parsed.program as Node;
  const x = new Extraction(text, scopesOf(program), parsed.comments);
  x.frame = { id: 0, symbol: '', thisClass: undefined, ops: [] };
  x.functions.push(undefined as unknown as FunctionFact);
  x.own(program, 0);
  const body = x.collect(() => readStatements(x, program['body'] as Node[]));
  x.functions[0] = {
    name: '',
    kind: 'module',
    async: true,
    generator: false,
    static: false,
    params: [],
    parent: -1,
    span: spanOf(program),
    bodySpan: spanOf(program),
    body,
    symbol: '',
  };
  x.settleOwners();
  return {
    format: FORMAT,
    imports: readImports(x, program),
    exports: readExports(x, program),
    bindings: x.bindings,
    classes: x.classes,
    functions: x.functions,
    aliases: x.aliases,
    suppressions: suppressions(x),
  };
}
