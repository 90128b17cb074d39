import { structuredPatch } from 'diff';
import type { Change } from '../report/outcome.js';

/** One unified diff of all changes, as `git apply` takes it, in the folder that the paths are relative to. */
export function unifiedDiff(changes: readonly Change[]): string {
  return changes.map(fileDiff).join('');
}

function fileDiff({ path, before, after, byteOrderMark }: Change): string {
  const mark = byteOrderMark ? '\uFEFF' : '';
  const { hunks } = structuredPatch(path, path, mark + before, mark + after, '', '', { context: 3 });
  if (hunks.length === 0) return '';
  const lines = [`--- ${name('a', path)}`, `+++ ${name('b', path)}`];
  for (const { oldStart, oldLines, newStart, newLines, lines: body } of hunks)
    lines.push(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...body);
  return lines.join('\n') + '\n';
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${lines === 0 ? start - 1 : start},${lines}`;
}

/** As git writes it: quoted like a C string where it must be; a tab ends a name that has a space, else the rest would be taken for a date. */
function name(side: string, path: string): string {
  const full = `${side}/${path}`;
  if (/[\0-\x1f"\\\x7f]/.test(full)) return `"${[...full].map(escaped).join('')}"`;
  return full.includes(' ') ? `${full}\t` : full;
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

function escaped(character: string): string {
  if (ESCAPES[character] !== undefined) return ESCAPES[character];
  const code = character.charCodeAt(0);
  return code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, '0')}` : character;
}
