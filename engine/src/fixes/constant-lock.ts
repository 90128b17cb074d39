import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { Source } from './source.js';

/** Declares a lock that is never written again `const`, or its field `readonly`: nothing of what runs changes. */
export function constantLockFix(project: Linked, unit: Unit, name: Span, kind: 'variable' | 'field'): Outcome {
  const source = Source.of(project, unit);
  const title = kind === 'field' ? 'Make the field `readonly`' : 'Make the variable `const`';
  if (kind === 'field')
    return { title, tier: 'safe', edits: [{ path: unit.path, span: [name[0], name[0]], text: 'readonly ' }] };
  const node = source.enclosing(name, 'VariableDeclaration');
  if (!node) return { refused: 'the lock is not declared in a statement of its own' };
  if ((node['declarations'] as Node[]).length !== 1) return { refused: 'other variables are declared with it' };
  const [start] = spanOf(node);
  const word = node['kind'] as string;
  return { title, tier: 'safe', edits: [{ path: unit.path, span: [start, start + word.length], text: 'const' }] };
}
