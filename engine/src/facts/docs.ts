import type { Extraction } from './extraction.js';
import type { DocTag, SuppressionFact } from './format.js';

const TAG = /@(lock|guardedBy|requiresLock|excludesLock)\b[ \t]*([^\s*]*)/g;

/** The lock contracts in the comment that stands right before a declaration. */
export function docTags(x: Extraction, start: number): readonly DocTag[] | undefined {
  const comment = x.commentBefore(start);
  if (!comment || comment.type !== 'Block' || !comment.value.includes('@')) return undefined;
  if (!/^\s*(export\s+(default\s+)?)?$/.test(x.text.slice(comment.end, start))) return undefined;
  const tags = [...comment.value.matchAll(TAG)].map((match): DocTag => {
    const begin = comment.start + 2 + match.index;
    return { tag: match[1] as DocTag['tag'], text: match[2]!, span: [begin, begin + match[0].length] };
  });
  return tags.length > 0 ? tags : undefined;
}

const DIRECTIVE = /^\s*(lockwise|eslint)-disable(-next-line|-line)?\b([^]*)$/;
const ENABLE = /^\s*(lockwise|eslint)-enable\b/;

/** Where comments silence rules: our own directives and those of ESLint that name rules of ours. */
export function suppressions(x: Extraction): SuppressionFact[] {
  const found: SuppressionFact[] = [];
  for (const comment of x.comments) {
    const match = DIRECTIVE.exec(comment.value);
    if (!match) continue;
    const by = match[1] as SuppressionFact['by'];
    const named = match[3]!
      .split(/\s--\s/)[0]!
      .split(/[\s,]+/)
      .filter((word) => word !== '');
    const rules =
      by === 'eslint' ? named.filter((rule) => rule.startsWith('lockwise/')).map((rule) => rule.slice(9)) : named;
    if (named.length > 0 && rules.length === 0) continue;
    found.push({ span: reach(x, comment, match[2], by), rules, by });
  }
  return found;
}

function reach(
  x: Extraction,
  comment: { start: number; end: number },
  form: string | undefined,
  by: string,
): [number, number] {
  const { text } = x;
  const lineStart = (offset: number) => text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = (offset: number) => {
    const end = text.indexOf('\n', offset);
    return end < 0 ? text.length : end;
  };
  if (form === '-line') return [lineStart(comment.start), lineEnd(comment.end)];
  if (form === '-next-line') {
    const next = lineEnd(comment.end) + 1;
    return [next, lineEnd(next)];
  }
  const enabled = x.comments.find((other) => other.start > comment.end && ENABLE.exec(other.value)?.[1] === by);
  return [comment.start, enabled?.start ?? text.length];
}
