import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Section } from '../link/section.js';
import { clashes, contentSpan } from './block-content.js';
import { isReleaseAlone } from './release-statement.js';
import type { Rewriting } from './rewriting.js';
import { releasesOf } from '../link/walk/trace.js';

/** Takes an acquire and its releases out, and a `finally` that does nothing but release. */
export function withoutPair(
  rewriting: Rewriting,
  section: Section,
  acquire: Node,
  instead?: string,
): string | undefined {
  const { source } = rewriting;
  const releases = releasesOf(section.trace, section.hold);
  const tries = new Set<Node>();
  for (const release of releases) {
    const statement = source.statement(release.span);
    if (!statement || !isReleaseAlone(statement.node, release.span)) return 'a release is part of a larger statement';
    const guarded = source
      .around(release.span)
      .findLast((node) => node.type === 'TryStatement' && isIn(release.span, node['finalizer'] as Node | null));
    const isAlone = statement.siblings.length === 1;
    if (guarded && isAlone && statement.siblings === (guarded['finalizer'] as Node)['body']) tries.add(guarded);
    else rewriting.remove(statement.node);
  }
  if (instead) rewriting.replace(spanOf(acquire), instead);
  else rewriting.remove(acquire);
  for (const node of tries) {
    const refused = withoutFinally(rewriting, node);
    if (refused) return refused;
  }
  return undefined;
}

function isIn(span: Span, node: Node | null): boolean {
  if (!node) return false;
  const [start, end] = spanOf(node);
  return start <= span[0] && span[1] <= end;
}

/** A `finally` that only released goes; without a `catch` the `try` goes with it. */
function withoutFinally(rewriting: Rewriting, node: Node): string | undefined {
  const { source } = rewriting;
  const block = node['block'] as Node;
  const handler = node['handler'] as Node | null;
  if (source.losesComment(spanOf(node['finalizer'] as Node))) return 'a comment beside the release would be lost';
  if (handler) {
    rewriting.replace([spanOf(handler)[1], spanOf(node)[1]], '');
    return undefined;
  }
  const body = block['body'] as Node[];
  if (body.length === 0) {
    rewriting.remove(node);
    return undefined;
  }
  const inner = contentSpan(source, block);
  if (clashes(source, node, body)) {
    rewriting.unwrap(spanOf(node), spanOf(block));
    return undefined;
  }
  rewriting.unwrap(spanOf(node), inner);
  return undefined;
}
