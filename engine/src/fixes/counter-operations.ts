import { bare, spanOf, type Node } from '../ast/node.js';
import { isDiscarded, type Reference } from './data-references.js';
import type { Rewriting } from './rewriting.js';

export type CounterKind = 'boolean' | 'number';

/** What rewriting one use came to: a condition that forbids it, or a doubt that lowers the tier. */
export interface CounterOutcome {
  readonly refused?: string;
  readonly doubt?: string;
}

/** Turns one use of a number or a boolean into an operation of the `AtomicCounter` that takes its place. */
export function counterOperation(
  rewriting: Rewriting,
  reference: Reference,
  target: string,
  kind: CounterKind,
  sections: ReadonlySet<Node>,
): CounterOutcome {
  const node = reference.at(-1)!;
  const parent = reference.at(-2);
  const isTarget = parent?.['left'] === node || (parent?.type === 'UpdateExpression' && parent['argument'] === node);
  if (parent?.type === 'AssignmentExpression' && isTarget)
    return assignment(rewriting, reference.slice(0, -1), target, kind, sections);
  if (parent?.type === 'UpdateExpression') return step(rewriting, reference.slice(0, -1), target, sections);
  if (parent?.type === 'AssignmentPattern' || parent?.type === 'ArrayPattern' || parent?.type === 'RestElement')
    return { refused: 'the value is written in a pattern' };
  if (parent?.type === 'UnaryExpression' && parent['operator'] === 'delete') return { refused: 'the value is deleted' };
  read(rewriting, reference, target, kind);
  return {};
}

function read(rewriting: Rewriting, reference: Reference, target: string, kind: CounterKind): void {
  const parent = reference.at(-2);
  const node = reference.at(-1)!;
  if (parent?.type === 'UnaryExpression' && parent['operator'] === '!' && kind === 'boolean') {
    const outer = reference.at(-3);
    const tight = /^(Binary|Unary|Member|Await)Expression$/.test(outer?.type ?? '');
    rewriting.replace(spanOf(parent), tight ? `(${target}.get() === 0)` : `${target}.get() === 0`);
    return;
  }
  const text = kind === 'number' ? `${target}.get()` : `${target}.get() > 0`;
  const tight =
    kind === 'boolean' && /^(Binary|Unary|Member|Await|TSAs|TSNonNull|TSSatisfies)Expression$/.test(parent?.type ?? '');
  const shorthand =
    parent?.type === 'Property' && parent['shorthand'] === true ? `${rewriting.source.text(spanOf(node))}: ` : '';
  rewriting.replace(spanOf(node), shorthand + (tight ? `(${text})` : text));
}

function assignment(
  rewriting: Rewriting,
  reference: Reference,
  target: string,
  kind: CounterKind,
  sections: ReadonlySet<Node>,
): CounterOutcome {
  const node = reference.at(-1)!;
  const operator = node['operator'] as string;
  const left = node['left'] as Node;
  const right = node['right'] as Node;
  const discarded = isDiscarded(reference, sections);
  const wrap = (method: string, argument: Node, before = '', after = ''): void => {
    rewriting.replace([spanOf(node)[0], spanOf(argument)[0]], `${target}.${method}(${before}`);
    rewriting.replace([spanOf(argument)[1], spanOf(node)[1]], `${after})`);
  };
  if (operator === '+=' || operator === '-=') {
    if (kind === 'boolean') return { refused: 'a boolean is computed with' };
    const compound = operator === '-=' && !/^(Literal|Identifier|MemberExpression|CallExpression)$/.test(right.type);
    if (operator === '+=') wrap('add', right);
    else wrap('add', right, compound ? '-(' : '-', compound ? ')' : '');
    return integerDoubt(rewriting, right);
  }
  if (operator !== '=') return { refused: `\`${operator}\` has no counterpart in a counter` };
  if (!discarded) return { refused: 'the result of a write is used' };
  if (kind === 'boolean') {
    const value: unknown = right.type === 'Literal' ? right['value'] : undefined;
    if (value === true || value === false) rewriting.replace(spanOf(node), `${target}.set(${value ? 1 : 0})`);
    else {
      const loose = /^(Assignment|Sequence|Conditional|ArrowFunction|Yield)Expression$/.test(right.type);
      wrap('set', right, loose ? '(' : '', `${loose ? ')' : ''} ? 1 : 0`);
    }
    return {};
  }
  // `x = x + 1` is one step of a counter.
  const source = rewriting.source;
  if (
    right.type === 'BinaryExpression' &&
    right['operator'] === '+' &&
    source.text(spanOf(right['left'] as Node)) === source.text(spanOf(left))
  ) {
    const added = right['right'] as Node;
    rewriting.replace(spanOf(right['left'] as Node), '');
    wrap('add', added);
    return integerDoubt(rewriting, added);
  }
  wrap('set', right);
  return integerDoubt(rewriting, right);
}

function step(rewriting: Rewriting, reference: Reference, target: string, sections: ReadonlySet<Node>): CounterOutcome {
  const node = reference.at(-1)!;
  const up = node['operator'] === '++';
  const call = `${target}.${up ? 'increment' : 'decrement'}()`;
  const plain = node['prefix'] === true || isDiscarded(reference, sections);
  // A counter gives the new value, `x++` the old one.
  const tight = /^(Binary|Unary|Member|Await)Expression$/.test(reference.at(-2)?.type ?? '');
  const old = `${call} ${up ? '-' : '+'} 1`;
  rewriting.replace(spanOf(node), plain ? call : tight ? `(${old})` : old);
  return {};
}

/** A counter holds safe integers: a value that is not provably one is a doubt. */
function integerDoubt(rewriting: Rewriting, node: Node): CounterOutcome {
  if (isInteger(bare(node))) return {};
  return {
    doubt: `\`${rewriting.source.text(spanOf(node))}\` is not provably an integer, and a counter refuses anything else`,
  };
}

function isInteger(node: Node): boolean {
  if (node.type === 'Literal') return Number.isSafeInteger(node['value']);
  if (node.type === 'UnaryExpression' && node['operator'] === '-') return isInteger(bare(node['argument'] as Node));
  if (node.type === 'MemberExpression')
    return /^(length|size|byteLength)$/.test((node['property'] as Node)['name'] as string);
  if (node.type === 'ConditionalExpression')
    return isInteger(bare(node['consequent'] as Node)) && isInteger(bare(node['alternate'] as Node));
  if (node.type === 'BinaryExpression')
    return (
      /^[-+*]$/.test(node['operator'] as string) &&
      isInteger(bare(node['left'] as Node)) &&
      isInteger(bare(node['right'] as Node))
    );
  return false;
}
