import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { lostInFunction } from './crossing.js';
import { lockText } from './data-references.js';
import type { Outcome } from './outcome.js';
import { Source } from './source.js';
import { ownReturns } from './own-returns.js';

/** `acquire`, `try`, `finally`, release becomes one call with the body as its callback. */
export function scopedLockFix(project: Linked, section: Section, method: string): Outcome {
  const source = Source.of(project, section.unit);
  const lock = lockText(source, section);
  const acquire = source.statement(section.acquire.span);
  const next = acquire?.siblings[acquire.index + 1];
  const finalizer = next?.['finalizer'] as Node | null | undefined;
  if (
    !acquire ||
    lock === undefined ||
    next?.type !== 'TryStatement' ||
    next['handler'] != null ||
    (finalizer?.['body'] as Node[]).length !== 1
  )
    return { refused: 'the section is not a plain acquire with `try` and `finally`' };
  const block = next['block'] as Node;
  const lost = lostInFunction(section.unit, section.fn, [block], spanOf(block));
  if (lost) return { refused: lost };
  const whole: [number, number] = [spanOf(acquire.node)[0], spanOf(next)[1]];
  if (source.losesComment(whole, [spanOf(block)]))
    return { refused: 'a comment between acquire and release would be lost' };
  const returns = ownReturns(block['body'] as Node[]);
  const last = acquire.index + 1 === acquire.siblings.length - 1;
  if (returns.length > 0 && !last) return { refused: 'the section returns, and code follows it' };
  const guard = guardName(section, source, block);
  const waits = /\bawait\b/.test(source.text(spanOf(block)));
  const head = `${returns.length > 0 ? 'return ' : ''}await ${lock}.${method}(${waits ? 'async ' : ''}(${guard}) => `;
  return {
    title: `Use \`${method}\``,
    tier: 'safe',
    edits: [{ path: source.unit.path, span: whole, text: `${head}${source.text(spanOf(block))});` }],
  };
}

/** The guard's name where the body needs it: it becomes the parameter of the callback. */
function guardName(section: Section, source: Source, block: Node): string {
  const binding = section.unit.facts.bindings.find(({ init }) => {
    const value = init?.v === 'await' ? init.of : init;
    return value?.v === 'call' && value.id === section.acquire.id;
  });
  return binding && mentions(source.text(spanOf(block)), binding.name) ? binding.name : '';
}
