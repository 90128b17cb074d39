import { spanOf, type Node } from '../ast/node.js';
import { nodeAt } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/** How many run at once: small enough for any server, large enough that latency hardly counts. */
export const CONCURRENCY = 8;

/** `Promise.all(items.map(work))` becomes `concurrentMap(items, work, { concurrency })`. */
export function concurrentMapFix(project: Linked, unit: Unit, span: Span, mapSpan: Span): Outcome {
  const source = Source.of(project, unit);
  const map = nodeAt(source.program, mapSpan, 'CallExpression');
  const [mapper, thisArgument] = (map?.['arguments'] ?? []) as Node[];
  const items = (map?.['callee'] as Node | undefined)?.['object'] as Node | undefined;
  if (!map || !mapper || !items || thisArgument) return { refused: 'the list is not mapped with one function' };
  if (((mapper['params'] ?? []) as Node[]).length > 2)
    return { refused: 'the function uses the list that it is called for' };
  if (source.losesComment(span, [spanOf(items), spanOf(mapper)])) return { refused: 'a comment would be lost' };
  return {
    title: `Run at most ${CONCURRENCY} at once with \`concurrentMap\``,
    tier: 'unsafe',
    reason: `the bound of ${CONCURRENCY} is a guess, and after an error no further item is started`,
    edits: [
      {
        path: unit.path,
        span,
        text: `concurrentMap(${source.text(spanOf(items))}, ${source.text(spanOf(mapper))}, { concurrency: ${CONCURRENCY} })`,
      },
    ],
    imports: [{ path: unit.path, module: RUNTIME, name: 'concurrentMap', kind: 'value' }],
  };
}
