import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import type { Hold } from '../link/state.js';
import { releasesOf, type Trace } from '../link/walk/trace.js';
import { declaredNames } from './names.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { isReleaseAlone } from './release-statement.js';
import { Source } from './source.js';

/**
 * Puts the statements between an acquire and its release into `try`, and the release into `finally`.
 * Allowed when acquire and release are statements of the same list, so that the region is exactly what lies between.
 * The only change of behaviour is that a lock which used to be lost is released.
 */
export function tryFinallyFix(project: Linked, trace: Trace, hold: Hold): Outcome {
  const source = Source.of(project, trace.unit);
  const acquire = source.statement(hold.span);
  const releases = releasesOf(trace, hold);
  if (!acquire) return { refused: 'the acquire is not a statement of its own' };
  if (hold.form !== 'manual') return { refused: 'the lock is taken in a chain of promises' };
  const last = releases.length === 1 ? source.statement(releases[0]!.span) : undefined;
  if (!last || last.siblings !== acquire.siblings)
    return { refused: 'the lock is released in several places or in another block' };
  if (!isReleaseAlone(last.node, releases[0]!.span)) return { refused: 'the release is part of a larger statement' };
  const body = acquire.siblings.slice(acquire.index + 1, last.index);
  const after = acquire.siblings.slice(last.index + 1);
  if (body.length === 0) return { refused: 'nothing stands between the acquire and the release' };
  const leaking = declaredNames(body).filter((name) => after.some((node) => mentions(source.text(spanOf(node)), name)));
  if (leaking.length > 0) return { refused: `\`${leaking[0]!}\` is declared in the section and used after it` };
  return draft(source, body, last.node);
}

function draft(source: Source, body: readonly Node[], release: Node): Draft {
  const start = spanOf(body[0]!)[0];
  const end = spanOf(body.at(-1)!)[1];
  const [from, to] = spanOf(release);
  const indent = source.indent(start);
  const step = source.step;
  const { eol, unit } = source;
  const inner = source.deeper([start, end]);
  const between = source.unit.text.slice(end, from);
  const comment = between.trim() === '' ? '' : `${eol}${indent}${step}${between.trim()}`;
  const text = `try {${eol}${indent}${step}${inner}${comment}${eol}${indent}} finally {${eol}${indent}${step}${source.text([from, to])}${eol}${indent}}`;
  const fix: Draft = {
    title: 'Release in `finally`',
    tier: 'safe',
    edits: [{ path: unit.path, span: [start, to], text }],
  };
  return lower(fix, 'unsafe', 'a task that used to hang after an error now goes on');
}
