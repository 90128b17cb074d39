import { bare, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { decorated, lower, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

const ASSUMPTION = 'other tasks may take the lock between two attempts';

/**
 * `return mutex.runExclusive(async () => { for (…) try { … } catch { await sleep(…) } })` becomes the loop, with the lock
 * around each attempt alone.
 */
export function lockInRetryFix(project: Linked, section: Section): Outcome {
  const { unit, callback, acquire } = section;
  if (section.form === 'decorator') return decorated;
  if (callback === undefined || section.through)
    return { refused: 'the section is no callback whose body is a retry loop' };
  const source = Source.of(project, unit);
  const statement = source.statement(acquire.span)?.node;
  const given = statement?.type === 'ReturnStatement' ? bare(statement['argument'] as Node) : undefined;
  const call = given?.type === 'AwaitExpression' ? bare(given['argument'] as Node) : given;
  if (!statement || !call || spanOf(call)[0] !== acquire.span[0] || !unit.fn(section.fn).async)
    return { refused: 'the section is not returned by an `async` function' };
  const body = source.enclosing(unit.fn(callback).bodySpan, 'BlockStatement');
  const retry = body && retryOf(body['body'] as Node[]);
  if (!body || !retry) return { refused: 'the section does more than to retry' };
  if (leavesLoop(retry.attempt)) return { refused: 'an attempt leaves the loop' };
  const rewriting = new Rewriting(source);
  rewriting.unwrap(spanOf(statement), [spanOf(retry.first)[0], spanOf(retry.last)[1]]);
  const [start, end] = spanOf(retry.attempt);
  const head = unit.text.slice(acquire.span[0], unit.fn(callback).bodySpan[0]);
  const indent = source.indent(spanOf(statement)[0]) + source.step.repeat(2);
  const inner = statementsText(source, retry.attempt, `${indent}${source.step}`);
  rewriting.replace(
    [start, end],
    `{${source.eol}${indent}return await ${head}{${source.eol}${inner}${source.eol}${indent}});${source.eol}${indent.slice(source.step.length)}}`,
  );
  return lower(
    { title: 'Take the lock for each attempt', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    ASSUMPTION,
  );
}

interface Retry {
  /** The block of the `try`. */
  readonly attempt: Node;
  readonly first: Node;
  readonly last: Node;
}

/** A loop that is nothing but a `try` with a `catch`, and at most a `throw` or a `return` after it. */
function retryOf(statements: readonly Node[]): Retry | undefined {
  const [loop, after, ...more] = statements;
  if (!loop || !/^(For|While|DoWhile)Statement$/.test(loop.type) || more.length > 0) return undefined;
  if (after && !/^(Throw|Return)Statement$/.test(after.type)) return undefined;
  const body = loop['body'] as Node;
  const [attempt, ...others] = body.type === 'BlockStatement' ? (body['body'] as Node[]) : [body];
  if (
    attempt?.type !== 'TryStatement' ||
    others.length > 0 ||
    attempt['handler'] == null ||
    attempt['finalizer'] != null
  )
    return undefined;
  const block = attempt['block'] as Node;
  const last = (block['body'] as Node[]).at(-1);
  return last?.type === 'ReturnStatement' ? { attempt: block, first: loop, last: after ?? loop } : undefined;
}

function leavesLoop(node: Node): boolean {
  if (/^(Break|Continue)Statement$/.test(node.type)) return true;
  return !/Function|^(For|While|DoWhile|Switch)/.test(node.type) && [...children(node)].some(leavesLoop);
}

function statementsText(source: Source, block: Node, indent: string): string {
  return (block['body'] as Node[])
    .map((statement) => indent + source.shallower(spanOf(statement), indent))
    .join(source.eol);
}
