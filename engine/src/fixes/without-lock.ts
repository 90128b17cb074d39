import { spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { decorated } from './outcome.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';
import { withoutCallback } from './without-callback.js';
import { withoutPair } from './without-pair.js';

/**
 * Takes a section's lock away and leaves its body in place. Gives the condition that forbids it, as a clause.
 * @param instead - a statement that takes the place of the one that took the lock, where there is one.
 */
export function withoutLock(
  project: Linked,
  rewriting: Rewriting,
  section: Section,
  instead?: string,
): string | undefined {
  if (section.form === 'callback') return withoutCallback(project, rewriting, section);
  if (section.form === 'decorator') return decorated.refused;
  if (section.form === 'then') return 'the lock is taken in a chain of promises';
  const statement = acquireStatement(rewriting.source, section);
  if (!statement) return 'an acquire is not a statement of its own';
  if (section.form === 'using') {
    if (instead) rewriting.replace(spanOf(statement), instead);
    else rewriting.remove(statement);
    return undefined;
  }
  return withoutPair(rewriting, section, statement, instead);
}

/** The statement that does nothing but take the lock: `const guard = await lock.acquire();`. */
function acquireStatement(source: Source, section: Section): Node | undefined {
  const statement = source.statement(section.acquire.span)?.node;
  if (!statement) return undefined;
  const expression =
    statement.type === 'ExpressionStatement'
      ? (statement['expression'] as Node)
      : statement.type === 'VariableDeclaration' && (statement['declarations'] as Node[]).length === 1
        ? ((statement['declarations'] as Node[])[0]!['init'] as Node)
        : undefined;
  const taken = expression?.type === 'AwaitExpression' ? (expression['argument'] as Node) : expression;
  return taken && same(spanOf(taken), section.acquire.span) ? statement : undefined;
}
