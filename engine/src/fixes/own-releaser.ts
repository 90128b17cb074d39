import { mentions } from '../mention.js';
import { bare, isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import { lockAction } from '../link/action.js';
import type { Linked } from '../link/linked.js';
import type { Hold } from '../link/state.js';
import type { Trace, UnheldRelease } from '../link/walk/trace.js';
import { lower, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/**
 * A release that some path reaches without the lock goes by the releaser that the acquire gave: where nothing was taken there is none to
 * call. All releases of the hold change together, for a releaser may be called but once.
 */
export function ownReleaserFix(project: Linked, trace: Trace, { hold, span }: UnheldRelease): Outcome {
  const { unit } = trace;
  const rewriting = new Rewriting(Source.of(project, unit));
  const { source } = rewriting;
  const call = source.enclosing(span, 'CallExpression');
  const named = call && bare(call['callee'] as Node);
  if (call && named?.type === 'Identifier') {
    rewriting.replace(spanOf(call), `${named['name'] as string}?.()`);
    return repaired(rewriting);
  }
  const acquire = unit.call(hold.call)?.op;
  const action = acquire && lockAction(project.entities, unit, hold.fn, acquire);
  if (hold.form !== 'manual' || action?.do !== 'acquire' || action.gives !== 'releaser')
    return { refused: `\`${hold.ref.name}\` gives no releaser that the branch which takes it could keep` };
  const awaited = source.enclosing(hold.span, 'ExpressionStatement')?.['expression'] as Node | undefined;
  if (awaited?.type !== 'AwaitExpression' || !same(spanOf(bare(awaited['argument'] as Node)), hold.span))
    return { refused: 'the acquire is not a statement of its own' };
  const scope = commonStatement(source, hold, trace);
  if (!scope) return { refused: 'the lock is taken and released in different functions' };
  if (mentions(unit.slice(unit.fn(hold.fn).span), 'release')) return { refused: '`release` is in use already' };
  const type = /\.[cm]?tsx?$/.test(unit.path) ? ': (() => void) | undefined' : '';
  const [start] = spanOf(scope);
  rewriting.replace([start, start], `let release${type};${source.eol}${source.indent(start)}`);
  rewriting.replace([spanOf(awaited)[0], spanOf(awaited)[0]], 'release = ');
  for (const release of releasesOf(trace, hold)) rewriting.replace(release, 'release?.()');
  return repaired(rewriting);
}

function repaired(rewriting: Rewriting): Outcome {
  return lower(
    { title: 'Call the releaser that the acquire gave', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    'where nothing was taken the release no longer frees the lock of another task, or throws',
  );
}

function releasesOf(trace: Trace, hold: Hold): (readonly [number, number])[] {
  const spans = [...trace.releases, ...trace.unheld].filter((one) => one.hold === hold).map(({ span }) => span);
  return spans.filter((span, index) => spans.findIndex((other) => other[0] === span[0]) === index);
}

/** The statement with the acquire in it that stands in a block with all releases in it, in one function. */
function commonStatement(source: Source, hold: Hold, trace: Trace): Node | undefined {
  const releases = releasesOf(trace, hold);
  const path = source.around(hold.span);
  const block = path.findLastIndex((node) => {
    const [start, end] = spanOf(node);
    return /^(BlockStatement|Program)$/.test(node.type) && releases.every((span) => start <= span[0] && span[1] <= end);
  });
  if (block < 0 || path.slice(block + 1).some(isFunction)) return undefined;
  return path[block + 1];
}
