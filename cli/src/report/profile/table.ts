// The report in the terminal.
import type { Profile } from '../../trace/profile.js';
import { stillWaiting } from '../../trace/ending.js';
import { change } from './change.js';
import { duration } from '../../trace/profile.js';
import { compareSites, rankedSites, siteLabel, totals, type SiteFigures, type Totals } from './figures.js';

/** One profile: what happened altogether, and its sites with the most waiting first. At most `top` sites are listed. */
export function profileTable(profile: Profile, top: number): string {
  const figures = totals(profile);
  const ranked = rankedSites(profile);
  const lines = [
    ...heading(profile),
    `${figures.acquisitions} acquisitions at ${profile.sites.length} sites, ${figures.contended} contended, ${duration(figures.waitedMs)} of waiting` +
      (figures.abandoned + figures.timedOut > 0
        ? `, ${figures.abandoned} requests abandoned, ${figures.timedOut} timed out`
        : ''),
    '',
  ];
  if (ranked.length === 0) lines.push('No lock was asked for.');
  else
    lines.push(
      ...aligned([
        ['waited', 'contended', 'acquired', 'wait p50', 'p99', 'hold p50', 'p99', 'queue', 'made others wait', 'site'],
        ...ranked.slice(0, top).map(siteRow),
      ]),
    );
  if (ranked.length > top) lines.push(`… and ${ranked.length - top} more sites; see them with --top ${ranked.length}`);
  const blockers = blockerLines(ranked.slice(0, top), profile);
  if (blockers.length > 0) lines.push('', 'Who waits behind whom:', ...blockers);
  const waiting = stillWaiting(profile);
  if (waiting.length > 0) lines.push('', ...waiting);
  return `${lines.join('\n')}\n`;
}

function heading({ command, startedAt, durationMs, threads, complete }: Profile): string[] {
  const processes = new Set(threads.map(({ process }) => process)).size;
  const lines = [
    `${command.join(' ')}  (${startedAt}, ${duration(durationMs)}, ${plural(processes, 'process', 'processes')}, ${plural(threads.length, 'thread', 'threads')})`,
  ];
  if (!complete) lines.push('Not complete: a process was killed; the figures cover what came before.');
  return lines;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function siteRow({ site, ...figures }: SiteFigures): string[] {
  return [
    duration(figures.waitedMs),
    share(site.contended, site.acquisitions + site.abandoned + site.timedOut + site.waitingAtEnd),
    String(site.acquisitions),
    duration(figures.waitP50),
    duration(figures.waitP99),
    duration(figures.holdP50),
    duration(figures.holdP99),
    String(site.maxQueueDepth),
    duration(figures.blockedOthersMs),
    `${siteLabel(site)}  (${site.library} ${site.operation})`,
  ];
}

function share(part: number, whole: number): string {
  return part === 0 ? '0' : `${part} (${Math.round((part / whole) * 100)} %)`;
}

function blockerLines(ranked: readonly SiteFigures[], profile: Profile): string[] {
  const sites = new Map(profile.sites.map((site) => [site.id, site]));
  return ranked
    .flatMap(({ site }) =>
      site.blockedBy.map(({ site: holder, ...by }) => ({ site, ...by, holder: sites.get(holder)! })),
    )
    .filter(({ waitMs }) => waitMs > 0)
    .sort((a, b) => b.waitMs - a.waitMs)
    .slice(0, 10)
    .map(
      ({ site, holder, waitMs, waits }) =>
        `  ${siteLabel(site)}  waited ${duration(waitMs)} behind  ${siteLabel(holder)}${waits > 0 ? `  (${plural(waits, 'time', 'times')})` : ''}`,
    );
}

const compared: readonly [label: string, of: (figures: Totals) => number, show: (value: number) => string][] = [
  ['acquisitions', ({ acquisitions }) => acquisitions, String],
  ['contended', ({ contended }) => contended, String],
  ['waited', ({ waitedMs }) => waitedMs, duration],
  ['held', ({ heldMs }) => heldMs, duration],
  ['wait p99', ({ waitP99 }) => waitP99, duration],
  ['hold p99', ({ holdP99 }) => holdP99, duration],
  ['abandoned', ({ abandoned }) => abandoned, String],
  ['timed out', ({ timedOut }) => timedOut, String],
  ['waiting at end', ({ waitingAtEnd }) => waitingAtEnd, String],
];

/** Two profiles: before against after, altogether and by site. */
export function comparisonTable(before: Profile, after: Profile, top: number): string {
  const [was, is] = [totals(before), totals(after)];
  const rows = compareSites(before, after)
    .map((pair) => ({ ...pair, was: pair.before?.waitedMs ?? 0, is: pair.after?.waitedMs ?? 0 }))
    .sort((a, b) => Math.abs(b.was - b.is) - Math.abs(a.was - a.is));
  const lines = [
    ...heading(before).map((line) => `before: ${line}`),
    ...heading(after).map((line) => `after:  ${line}`),
    '',
    ...aligned([
      ['', 'before', 'after', 'change'],
      ...compared.map(([label, of, show]) => [label, show(of(was)), show(of(is)), change(of(was), of(is))]),
    ]),
    '',
    ...aligned([
      ['waited before', 'after', 'change', 'contended before', 'after', 'site'],
      ...rows
        .slice(0, top)
        .map((row) => [
          row.before === undefined ? 'no such site' : duration(row.was),
          row.after === undefined ? 'no such site' : duration(row.is),
          change(row.was, row.is),
          String(row.before?.site.contended ?? '–'),
          String(row.after?.site.contended ?? '–'),
          row.label,
        ]),
    ]),
  ];
  if (rows.length > top) lines.push(`… and ${rows.length - top} more sites; see them with --top ${rows.length}`);
  return `${lines.join('\n')}\n`;
}

/** Columns of equal width: all to the right but the last. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const last = widths.length - 1;
  return rows.map((row) =>
    row
      .map((cell, column) => (column === last ? cell : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
