import { lineEnding, startOfLine, type Finding } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import type { Analysis } from '../analyse/analysis.js';
import type { Settled } from './fixpoint.js';

/** Leaves a comment above each finding that needs a person, once. */
export function markLeftovers(settled: Settled, analysis: Analysis): Settled {
  const texts = new Map(settled.texts);
  const byPath = new Map<string, Finding[]>();
  for (const finding of settled.after) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  for (const [path, findings] of byPath) {
    const text = analysis.text(path);
    if (text === undefined) continue;
    // From the end, so that what comes earlier stays where it is.
    const marked = [...findings]
      .sort((a, b) => b.span[0] - a.span[0])
      .reduce((now, finding) => withMark(path, now, finding), text);
    if (marked === text) continue;
    analysis.set(path, marked);
    texts.set(path, marked);
  }
  return { ...settled, texts, after: settled.after };
}

function withMark(path: string, text: string, { rule, message, span }: Finding): string {
  const line = startOfLine(text, span[0]);
  const tag = `lockwise-todo(${rule})`;
  for (let above = line; above > 0;) {
    const previous = startOfLine(text, above - 1);
    const content = text.slice(previous, above);
    if (content.includes(tag)) return text;
    // Several marks may stand above one line.
    if (!content.includes('lockwise-todo(')) break;
    above = previous;
  }
  const indent = /^[ \t]*/.exec(text.slice(line))![0];
  const comment = `${indent}// ${tag}: ${message.replace(/\s+/g, ' ')}${lineEnding(text)}`;
  const marked = text.slice(0, line) + comment + text.slice(line);
  // Inside a template or JSX text the line would be content, not a comment.
  const comments = (source: string): number => parseSource(path, source).comments.length;
  return comments(marked) === comments(text) + 1 ? marked : text;
}
