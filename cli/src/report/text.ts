import { measuredLine, type Finding, type Fix } from '@lockwise/engine';
import pc from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import { unifiedDiff } from '../plan/unified-diff.js';
import { codeFrame } from './code-frame.js';
import { colouredDiff } from './coloured-diff.js';
import type { Outcome } from './outcome.js';
import { Places } from './places.js';
import { byWaiting } from './ranking.js';
import { conclusion, count } from './summary.js';

export interface TextOptions {
  readonly colours: boolean;
}

/** The report for people: each finding with its code, every place it speaks of, and what could be done; then what all of it comes to. */
export function textReport(outcome: Outcome, { colours }: TextOptions): string {
  const c = pc.createColors(colours);
  const places = new Places(outcome.text);
  const blocks: string[][] = [];
  for (const finding of byWaiting(outcome.findings)) blocks.push(findingBlock(finding, places, c));
  if (outcome.fixing) blocks.push(...fixingBlocks(outcome, c));
  const skipped = outcome.skipped.filter(({ notable }) => notable);
  if (skipped.length > 0)
    blocks.push(skipped.map(({ path, reason }) => `${c.yellow('skipped')} ${path} ${c.dim(reason)}`));
  if (outcome.problems.length > 0)
    blocks.push(
      outcome.problems.map(
        ({ path, span, message }) => `${c.red('problem')} ${span ? places.label({ path, span }) : path} ${message}`,
      ),
    );
  blocks.push(conclusion(outcome, c));
  return blocks.map((block) => `${block.join('\n')}\n`).join('\n');
}

function findingBlock(finding: Finding, places: Places, c: Colors): string[] {
  const level = finding.severity === 'error' ? c.red('error') : c.yellow('warning');
  const where = finding.symbol === '' ? '' : c.dim(`  in ${finding.symbol}`);
  const evidence = finding.evidence === undefined ? '' : c.dim(`  ${finding.evidence}`);
  return [
    `${c.bold(places.label(finding))}  ${level}  ${c.cyan(finding.rule)}${where}${evidence}`,
    `  ${finding.message}`,
    '',
    ...(finding.measured ? [`  ${c.magenta(measuredLine(finding.measured))}`, ''] : []),
    ...indented(codeFrame(finding, places, c)),
    ...finding.related.flatMap((related) => [
      '',
      `  ${c.blue(places.label(related))}  ${related.message}`,
      ...indented(codeFrame(related, places, c, { context: 0, tint: c.blue })),
    ]),
    '',
    ...(finding.fixes.length === 0
      ? [`  ${c.dim('no automatic fix')}`]
      : finding.fixes.flatMap((fix) => fixLines(fix, c))),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function fixLines({ title, tier, reason }: Fix, c: Colors): string[] {
  const tint = { safe: c.green, unsafe: c.yellow, manual: c.dim }[tier];
  return [
    `  ${tint('fix')} ${title} ${tint(`(${tier})`)}`,
    ...(reason === undefined ? [] : [`      ${c.dim(`${reason}`)}`]),
  ];
}

function fixingBlocks({ fixing }: Outcome, c: Colors): string[][] {
  const { written, changes, applied, dropped, stopped, refused, verified } = fixing!;
  const blocks: string[][] = [];
  if (!written && changes.length > 0) blocks.push(colouredDiff(unifiedDiff(changes), c));
  if (applied.length > 0)
    blocks.push([
      c.bold(
        `${written ? 'Applied' : 'Would apply'} ${count(applied.length, 'fix', 'fixes')} in ${count(changes.length, 'file')}; ${verified}`,
      ),
      ...applied.map(
        ({ path, line, title, rule, tier }) =>
          `  ${c.green('✓')} ${path}:${line}  ${title}  ${c.dim(`${rule}, ${tier}`)}`,
      ),
    ]);
  if (dropped.length > 0)
    blocks.push([
      c.bold('Left out, because the result did not pass'),
      ...dropped.flatMap(({ path, line, title, because }) => [
        `  ${c.red('✗')} ${path}:${line}  ${title}`,
        `      ${because}`,
      ]),
    ]);
  for (const { path, rules, round, why, hunk } of stopped)
    blocks.push([
      `${c.red('stopped')} ${path}: ${why} (${rules.join(', ')}, round ${round}); the file is left as it was`,
      ...indented(hunk.split('\n')),
    ]);
  if (refused.length > 0) blocks.push(refused.map(({ path, reason }) => `${c.red('not written')} ${path} ${reason}`));
  return blocks;
}
