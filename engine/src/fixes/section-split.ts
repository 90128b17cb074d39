import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { AccessStep, Section } from '../link/section.js';
import { declaredNames } from './names.js';
import { ownReturns } from './own-returns.js';
import type { Frame } from './quick-read-frame.js';
import type { Source } from './source.js';

/** A section in two: what reads under the lock, and what can do without it. */
export interface Split {
  readonly reading: readonly Node[];
  readonly rest: readonly Node[];
  /** Variables that the reading declares and the rest uses. */
  readonly names: readonly string[];
  readonly accesses: readonly AccessStep[];
  /** Declarations that only read: one call of `quickRead` says it all. */
  readonly plain: boolean;
}

/** The statements that read, and those that can do without the lock; or why they cannot be told apart. */
export function splitOf(
  source: Source,
  section: Section,
  frame: Frame,
  shared: readonly AccessStep[],
): Split | { refused: string } {
  const last = Math.max(...shared.map((access) => access.cell.span[1]));
  const index = frame.statements.findLastIndex((statement) => spanOf(statement)[0] < last);
  const reading = frame.statements.slice(0, index + 1);
  const rest = frame.statements.slice(index + 1);
  const end = spanOf(reading.at(-1) ?? frame.statements[0]!)[1];
  if (rest.length === 0 || section.suspensions.some((step) => step.span[0] < end))
    return { refused: 'guarded state is read after the first wait, or in the same statement' };
  if (ownReturns(reading).length > 0) return { refused: 'the section may return before it waits' };
  if (frame.guard && rest.some((node) => mentions(source.text(spanOf(node)), frame.guard!.name)))
    return { refused: `\`${frame.guard.name}\` is used after the reading` };
  const names = declaredNames(reading);
  const used = names.filter((name) => rest.some((node) => mentions(source.text(spanOf(node)), name)));
  const clash = frame.inPlace ? undefined : clashing(source, frame, names);
  if (clash) return { refused: `\`${clash}\` is declared beside the section too` };
  const plain =
    reading.every((node) => node.type === 'VariableDeclaration') &&
    shared.every((access) => access.cell.how === 'read');
  if (plain && used.length === 0) return { refused: 'nothing that is read is used afterwards' };
  const rewritten = used.find(
    (name) => reading.some((node) => isReassignable(node, name)) && rest.some((node) => assigns(node, name)),
  );
  if (rewritten) return { refused: `\`${rewritten}\` is assigned again after the reading` };
  return { reading, rest, names: used, accesses: shared, plain };
}

function isReassignable(node: Node, name: string): boolean {
  return node.type === 'VariableDeclaration' && node['kind'] !== 'const' && declaredNames([node]).includes(name);
}

function assigns(node: Node, name: string): boolean {
  const target = (node['left'] ?? (node.type === 'UpdateExpression' ? node['argument'] : undefined)) as
    Node | undefined;
  if (
    /^(AssignmentExpression|UpdateExpression)$/.test(node.type) &&
    target?.type === 'Identifier' &&
    target['name'] === name
  )
    return true;
  return [...children(node)].some((child) => assigns(child, name));
}

/** A name that the statements would declare a second time once they stand outside. */
export function clashing(source: Source, frame: Frame, names: readonly string[]): string | undefined {
  const inner = [...names, ...declaredNames(frame.statements)];
  const around = frame.outer.filter(
    (node) => spanOf(node)[1] <= frame.replaced[0] || frame.replaced[1] <= spanOf(node)[0],
  );
  return inner.find((name) => around.some((node) => mentions(source.text(spanOf(node)), name)));
}
