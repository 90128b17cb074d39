import { mentionsPath } from '../mention.js';
import type { Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { everyOp, everyValue, type Unit } from '../link/unit.js';

/** Why code cannot be put into a function of its own: what jumps out of it, or what is known there and would not be known any more. */
export function lostInFunction(unit: Unit, fn: number, nodes: readonly Node[], span: Span): string | undefined {
  const jump = nodes.map((node) => jumpOut(node)).find((word) => word !== undefined);
  if (jump) return `\`${jump}\` would have to cross a function`;
  const narrowed = narrowedOutside(unit, fn, span);
  return narrowed && `what is known of \`${narrowed}\` would be lost in a function`;
}

/** What may be left where code stands: a loop, a `switch`, a label. */
interface Around {
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  readonly labels: readonly string[];
}

const NOTHING: Around = { inLoop: false, inSwitch: false, labels: [] };

/** What in a piece of code means something else, or nothing, once a function is put around it: `break`, `yield`, `arguments`. */
function jumpOut(node: Node, around = NOTHING): string | undefined {
  const word = jumpOf(node, around);
  if (word) return word;
  if (/^(FunctionDeclaration|FunctionExpression|ClassBody)$/.test(node.type)) return undefined;
  // An arrow function shares `arguments` with the code around it, and nothing else.
  const within = node.type === 'ArrowFunctionExpression' ? NOTHING : entered(node, around);
  for (const child of children(node)) {
    const found = jumpOut(child, within);
    if (found) return found;
  }
  return undefined;
}

function jumpOf(node: Node, { inLoop, inSwitch, labels }: Around): string | undefined {
  if (node.type === 'YieldExpression') return 'yield';
  if (node.type === 'Identifier') return node['name'] === 'arguments' ? 'arguments' : undefined;
  if (!/^(Break|Continue)Statement$/.test(node.type)) return undefined;
  const label = (node['label'] as Node | null)?.['name'] as string | undefined;
  const isWithin =
    label === undefined ? inLoop || (inSwitch && node.type === 'BreakStatement') : labels.includes(label);
  return isWithin ? undefined : node.type === 'BreakStatement' ? 'break' : 'continue';
}

function entered(node: Node, around: Around): Around {
  if (/^(For|While|DoWhile)/.test(node.type)) return { ...around, inLoop: true };
  if (node.type === 'SwitchStatement') return { ...around, inSwitch: true };
  if (node.type !== 'LabeledStatement') return around;
  return { ...around, labels: [...around.labels, (node['label'] as Node)['name'] as string] };
}

/**
 * A variable or member of which more is known in a piece of a function than its type says, by a test or an assignment before it: an inner
 * function does not know that any more. A variable that is written in the piece alone may be one, too: nothing outside would know that it is.
 */
function narrowedOutside(unit: Unit, fn: number, span: Span): string | undefined {
  const changed = unit.facts.bindings.find(
    (binding) =>
      (binding.kind === 'let' || binding.kind === 'var' || binding.kind === 'param') &&
      binding.owner === fn &&
      binding.writes > 0 &&
      !contains(span, binding.span) &&
      binding.refs.some((ref) => contains(span, ref.span)),
  );
  if (changed) return changed.name;
  const text = unit.slice(span);
  return [...membersKnownBefore(unit, fn, span[0])].find((path) => mentionsPath(text, path));
}

/** The members that a function tests or assigns before an offset: `this.client`. */
function membersKnownBefore(unit: Unit, fn: number, offset: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const op of everyOp(unit.fn(fn).body)) {
    if (op.span[0] >= offset) continue;
    const values = op.op === 'assign' ? [op.target] : 'test' in op && op.test ? everyValue(op.test) : [];
    for (const value of values) if (value.v === 'member') found.add(unit.slice(value.span));
  }
  return found;
}
