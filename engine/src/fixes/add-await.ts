import { isFunction, spanOf } from '../ast/node.js';
import type { Edit, Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';
import { Source } from './source.js';

/** Puts `await` before a call, in a function that is `async` already. */
export function addAwaitFix(project: Linked, unit: Unit, call: Span, change: string): Outcome {
  const source = Source.of(project, unit);
  const owner = source.around(call).findLast(isFunction);
  if (!owner) return { refused: 'the call stands at the top of a module' };
  if (owner['async'] !== true) return { refused: 'the function around it is not `async`' };
  const node = source.enclosing(call, 'CallExpression');
  const outer = node && source.around(call).at(source.around(call).indexOf(node) - 1);
  // `void` says that nobody waits: it goes.
  const dropped = outer?.type === 'UnaryExpression' && outer['operator'] === 'void' ? spanOf(outer)[0] : call[0];
  // `await` binds weaker than a member access or a call of the result.
  const bound = outer?.type === 'MemberExpression' || (outer?.type === 'CallExpression' && outer['callee'] === node);
  const edits: Edit[] = bound
    ? [
        { path: unit.path, span: [call[0], call[0]], text: '(await ' },
        { path: unit.path, span: [call[1], call[1]], text: ')' },
      ]
    : [{ path: unit.path, span: [dropped, call[0]], text: 'await ' }];
  return lower({ title: 'Await the call', tier: 'safe', edits }, 'unsafe', change);
}
