import type { Finding } from '@lockwise/engine';
import pc from 'picocolors';
import { unifiedDiff } from '../plan/unified-diff.js';
import type { Outcome } from './outcome.js';
import { Places } from './places.js';
import { conclusion } from './summary.js';

/** For a pull request comment or a job summary. */
export function markdownReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const [head = '', ...rest] = conclusion(outcome, pc.createColors(false));
  const parts = [`## Lockwise\n\n**${head}**\n`, ...fixingParts(outcome)];
  for (const finding of outcome.findings) parts.push(findingPart(finding, places));
  for (const { path, span, message } of outcome.problems)
    parts.push(`- **${span ? places.label({ path, span }) : path}** ${prose(message)}\n`);
  if (rest.length > 0) parts.push(`${fenced('', rest.map((line) => line.trimStart()).join('\n'))}\n`);
  return parts.join('\n');
}

/** What `fix` did, or would do, and what it left out for which reason. */
function fixingParts({ fixing }: Outcome): string[] {
  if (!fixing) return [];
  const { written, changes, applied, dropped, stopped, refused, verified } = fixing;
  const lines = [
    ...applied.map(({ path, line, title }) => `- \`${path}:${line}\` ${prose(title)}`),
    ...dropped.map(
      ({ path, line, title, because }) => `- left out: \`${path}:${line}\` ${prose(title)} (${prose(because)})`,
    ),
    ...stopped.map(({ path, why }) => `- stopped: \`${path}\` ${prose(why)}; the file is left as it was`),
    ...refused.map(({ path, reason }) => `- not written: \`${path}\` ${prose(reason)}`),
  ];
  if (lines.length === 0) return [];
  const diff = written ? '' : unifiedDiff(changes).trimEnd();
  const change =
    diff === '' ? [] : [`<details><summary>The change</summary>\n\n${fenced('diff', diff)}\n\n</details>\n`];
  return [`### ${written ? 'Applied' : 'Would apply'}, ${verified}\n`, `${lines.join('\n')}\n`, ...change];
}

function findingPart(finding: Finding, places: Places): string {
  const { line } = places.start(finding);
  const lines = places.lines(finding.path, finding.span, 0).slice(0, 8);
  const indent = Math.min(...lines.filter(({ text }) => text.trim()).map(({ text }) => /^\s*/.exec(text)![0].length));
  const code = lines.map(({ text }) => text.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
  const language = /\.[cm]?js$/.test(finding.path) ? 'js' : finding.path.endsWith('x') ? 'tsx' : 'ts';
  return [
    `### \`${finding.path}:${line}\` ${finding.rule}\n`,
    `${finding.severity === 'error' ? 'Error' : 'Warning'}${finding.symbol ? ` in \`${finding.symbol}\`` : ''}: ${prose(finding.message)}\n`,
    fenced(language, code),
    ...(finding.related.length > 0 ? [''] : []),
    ...finding.related.map((one) => `- \`${places.label(one)}\` ${prose(one.message)}`),
    ...finding.fixes.map(
      ({ title, tier, reason }) => `\n**Fix** (${tier}): ${prose(title)}${reason ? `. _${prose(reason)}_` : ''}`,
    ),
    '',
  ].join('\n');
}

/** Text that means itself: outside of code spans, what Markdown would take for markup is escaped. */
function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') && part.endsWith('`') ? part : part.replace(/[\\*_<>[\]#|]/g, '\\$&')))
    .join('');
}

function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
