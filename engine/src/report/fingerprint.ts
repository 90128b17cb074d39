import type { Finding } from '../findings.js';

/**
 * Ids of findings: rule, enclosing symbol and normalised line, with a number where the same stands more than once.
 * Neither the path nor the line number is part of it, so that a finding survives edits elsewhere and a renamed file.
 */
export function fingerprints(text: string, findings: readonly Pick<Finding, 'rule' | 'symbol' | 'span'>[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = `${finding.rule}\0${finding.symbol}\0${lineAt(text, finding.span[0])}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return hash(count === 0 ? key : `${key}\0${count}`);
  });
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text
    .slice(start, end < 0 ? text.length : end)
    .trim()
    .replace(/\s+/g, ' ');
}

/** cyrb53 by bryc (public domain): 53 bits, the same everywhere, and no Node built-in in the core. */
function hash(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(16).padStart(14, '0');
}
