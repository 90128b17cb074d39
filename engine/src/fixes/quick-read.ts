import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import { guardedAccesses } from '../link/guarded.js';
import type { Linked } from '../link/linked.js';
import type { AccessStep, Section } from '../link/section.js';
import type { Draft, Outcome } from './outcome.js';
import { overlapping } from './overlapping.js';
import { argumentsDraft } from './quick-read-arguments.js';
import { frameOf, type Frame } from './quick-read-frame.js';
import { readArguments } from './read-arguments.js';
import { RUNTIME } from './runtime-module.js';
import { splitOf, type Split } from './section-split.js';
import { extraction, shortSection } from './short-section.js';
import { Source } from './source.js';

/**
 * Reads what the section needs in one synchronous step under the lock, and lets the rest run after the release: on what
 * the section's first statements read, or on a copy of what its first awaited call is given.
 * Refused unless the section reads at its start, in one segment, and never touches guarded state again. Safe where nobody
 * can tell that others now run beside the rest.
 */
export function quickReadFix(project: Linked, section: Section): Outcome {
  const source = Source.of(project, section.unit);
  const frame = frameOf(source, section);
  if ('refused' in frame) return frame;
  const shared = guardedAccesses(section);
  if (shared.length === 0) return { refused: 'nothing that the lock guards is read in the section' };
  if (isReadInWait(section, shared)) {
    const given = readArguments(project, source, section, frame, shared);
    return 'refused' in given ? given : argumentsDraft(project, source, section, frame, shared, given);
  }
  const split = splitOf(source, section, frame, shared);
  return 'refused' in split ? split : draft(project, source, section, frame, split);
}

/** Whether the first wait begins before the last use of guarded state ends: one is in the other, or comes before it. */
function isReadInWait(section: Section, shared: readonly AccessStep[]): boolean {
  const last = Math.max(...shared.map((access) => access.cell.span[1]));
  return section.suspensions.some((step) => step.span[0] < last);
}

function draft(project: Linked, source: Source, section: Section, frame: Frame, split: Split): Outcome {
  const { unit } = section;
  const indent = source.indent(frame.replaced[0]);
  const short = split.plain ? extraction(source, frame, split) : shortSection(source, section, frame, split);
  if ('refused' in short) return short;
  const start = spanOf(split.rest[0]!)[0];
  const end = spanOf(split.rest.at(-1)!)[1];
  const rest = frame.inPlace ? source.text([start, end]) : source.shallower([start, end], indent);
  const between = source.text([spanOf(split.reading.at(-1)!)[1], start]);
  const blank = between.includes(`${source.eol}${source.eol}`) ? source.eol : '';
  const gap = frame.inPlace ? between : `${source.eol}${blank}${indent}`;
  const kept: Span[] = [[start, end], ...split.reading.map(spanOf)];
  const base: Draft = {
    title: short.title,
    tier: 'safe',
    edits: [{ path: unit.path, span: frame.replaced, text: `${short.text}${gap}${rest}` }],
    imports: short.helper ? [{ path: unit.path, module: RUNTIME, name: short.helper, kind: 'value' }] : [],
  };
  const doubts = [
    short.helper === 'quickReadExtract'
      ? 'what is read leaves as a copy, and has to survive `structuredClone`'
      : undefined,
    source.losesComment(frame.replaced, kept) ? 'a comment is lost' : undefined,
  ];
  return overlapping(project, section, base, split.accesses, [start, end], doubts);
}
