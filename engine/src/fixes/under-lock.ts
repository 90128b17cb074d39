import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Edit, Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { lostInFunction } from './crossing.js';
import { waitsIn } from './fit-to-hold.js';
import type { Refusal } from './outcome.js';
import { needsParens } from './parens.js';
import { ownReturns } from './own-returns.js';
import { crossing, pathWithin, regionOver, withUses, type Region } from './region.js';
import { Rewriting } from './rewriting.js';
import { putInCallback } from './section-call.js';
import type { Source } from './source.js';
import type { Taking } from './taking.js';
import { expressionOver, type Whole } from './whole-expression.js';

/** What comes under the lock, and how. */
export interface Guarded {
  readonly span: Span;
  readonly edits: readonly Edit[];
}

/** What is to come under a lock. */
export interface Unguarded {
  readonly source: Source;
  readonly fn: number;
  /** The function is `async`, or comes to be. */
  readonly isAsync: boolean;
  /** From the first access to the last. */
  readonly hull: Span;
  /** The accesses, where it is their promises that the lock is there to wait for. */
  readonly waitedFor: readonly Span[];
  /** All of them are returned, and nothing waits for them where they stand. */
  readonly isReturned: boolean;
}

/** Takes a lock around an expression where a callback can hold it, else around statements. */
export function putUnder(unguarded: Unguarded, taking: Taking): Guarded | Refusal {
  const { source, fn, isAsync, hull } = unguarded;
  const region = regionOver(source, fn, [hull]);
  const whole = expressionOver(source, fn, region, hull);
  if (whole && taking.form === 'callback') return aroundExpression(unguarded, whole, taking);
  if (!region) return { refused: 'the access stands in no statement of the function' };
  if (!isAsync)
    return {
      refused: `\`${source.unit.fn(fn).name}\` is not \`async\`, and more than what it returns has to come under the lock`,
    };
  return taking.form === 'callback' ? inCallback(region, taking) : inTry(region, unguarded.waitedFor, taking);
}

function aroundExpression(
  { source, fn, isReturned }: Unguarded,
  { node, isAwaited }: Whole,
  { head, tail, async }: Taking & { form: 'callback' },
): Guarded | Refusal {
  const { unit } = source;
  const span = spanOf(node);
  const lost = lostInFunction(unit, fn, [node], span);
  if (lost) return { refused: lost };
  const isAsync = async || waitsIn({ unit, fn, span }).length > 0;
  const parens = needsParens(node, { type: 'ArrowFunctionExpression' });
  const rewriting = new Rewriting(source);
  const wait = isAwaited || isReturned ? '' : 'await ';
  const before = `${wait}${head}${isAsync ? 'async ' : ''}() => ${parens ? '(' : ''}`;
  rewriting.replace([span[0], span[0]], before);
  rewriting.replace([span[1], span[1]], `${parens ? ')' : ''}${tail}`);
  return { span, edits: rewriting.finish() };
}

function inCallback(region: Region, taking: Taking & { form: 'callback' }): Guarded | Refusal {
  const { source, fn, span } = region;
  const around = crossing(region);
  if ('refused' in around) return around;
  const rewriting = new Rewriting(source);
  const async = taking.async || waitsIn({ unit: source.unit, fn, span }).length > 0;
  putInCallback(rewriting, region, around, { ...taking, async });
  return { span, edits: rewriting.finish() };
}

/** `const release = await mutex.acquire(); try { … } finally { release(); }` */
function inTry(
  narrow: Region,
  waitedFor: readonly Span[],
  { acquire, name, release }: Taking & { form: 'try' },
): Guarded | Refusal {
  const region = withUses(narrow);
  const { source, fn, span } = region;
  if (mentions(source.text(source.unit.fn(fn).span), name)) return { refused: `\`${name}\` is in use already` };
  const rewriting = new Rewriting(source);
  rewriting.indent(span);
  const { eol, step } = source;
  const indent = source.indent(span[0]);
  rewriting.replace([span[0], span[0]], `${acquire}${eol}${indent}try {${eol}${indent}${step}`);
  for (const value of promisesReturned(region, waitedFor)) {
    const [from, to] = spanOf(value);
    const parens = needsParens(value, { type: 'AwaitExpression' });
    rewriting.replace([from, from], parens ? 'await (' : 'await ');
    if (parens) rewriting.replace([to, to], ')');
  }
  const end = `${eol}${indent}} finally {${eol}${indent}${step}${release}${eol}${indent}}`;
  rewriting.replace([span[1], span[1]], end);
  return { span, edits: rewriting.finish() };
}

/** What statements return of promises that are to be waited for: the `finally` of a `try` does not wait for what is returned from it. */
function promisesReturned({ source, fn, statements }: Region, waitedFor: readonly Span[]): readonly Node[] {
  return ownReturns(statements)
    .flatMap((node) => (node['argument'] as Node | null) ?? [])
    .filter((value) =>
      waitedFor.some(
        (span) =>
          contains(spanOf(value), span) &&
          !pathWithin(source, fn, span).some(
            (node) => node.type === 'AwaitExpression' && contains(spanOf(value), spanOf(node)),
          ),
      ),
    );
}
