// The script of the report page: draws what the page's data says.
import type { PageData, RunData } from '../page.js';
import { change } from '../change.js';
import { duration } from '@lockwise/engine/profile';
import { siteLabel } from '../figures.js';
import { comparisonBars, durationBars } from './charts.js';
import { element, figure, key, table } from './elements.js';
import { endSection } from './ending.js';
import { pairsSection } from './pairs.js';
import { sitesSection } from './sites.js';
import { timelineSection } from './timeline.js';

const data = JSON.parse(document.getElementById('data')!.textContent) as PageData;

function draw(): void {
  const shown = data.runs.at(-1)!;
  const main = document.getElementById('report')!;
  main.replaceChildren(
    element('h1', {}, data.runs.length === 2 ? 'Lock contention, before and after' : 'Lock contention'),
    ...data.runs.map(runLine),
    ...data.runs.flatMap((run) => endSection(run)),
    ...(data.runs.length === 2 ? comparisonSections(data) : [tiles(shown)]),
    ...runSections(shown),
  );
}

function runLine({ label, profile }: RunData): HTMLElement {
  const processes = new Set(profile.threads.map(({ process }) => process)).size;
  const what = `${profile.command.join(' ')} – ${profile.startedAt.replace('T', ' ').slice(0, 19)} UTC, ${duration(profile.durationMs)}, processes: ${processes}, threads: ${profile.threads.length}`;
  return element('p', { class: 'faint' }, data.runs.length === 2 ? `${label}: ${what}` : what);
}

function tiles({ totals }: RunData): HTMLElement {
  const tile = (value: string, label: string) => element('div', { class: 'tile' }, element('b', {}, value), label);
  return element(
    'div',
    { class: 'tiles' },
    tile(duration(totals.waitedMs), 'waited for locks'),
    tile(`${totals.contended} of ${totals.acquisitions}`, 'acquisitions contended'),
    tile(duration(totals.waitP99), 'wait, 99th percentile'),
    tile(duration(totals.holdP99), 'hold, 99th percentile'),
    tile(String(totals.abandoned + totals.timedOut), 'requests given up'),
    tile(String(totals.waitingAtEnd), 'waiting at the end'),
  );
}

/** The sections about one run; of two, the one after. */
function runSections(run: RunData): HTMLElement[] {
  if (run.ranked.length === 0) return [element('p', {}, 'No lock was asked for.')];
  const heading = (title: string) => element('h2', {}, data.runs.length === 2 ? `${title} (${run.label})` : title);
  const waited = run.ranked.filter(({ waitedMs }) => waitedMs > 0).slice(0, 15);
  return [
    heading('Sites by waiting'),
    waited.length === 0
      ? element('p', {}, 'Nobody waited for a lock.')
      : figure(
          `Time waited by site: ${waited.map(({ site, waitedMs }) => `${siteLabel(site)} ${duration(waitedMs)}`).join('; ')}`,
          durationBars(
            waited.map(({ site, waitedMs }) => ({ label: siteLabel(site), value: waitedMs })),
            'wait',
          ),
        ),
    ...sitesSection(run),
    heading('Who waits behind whom'),
    ...pairsSection(run),
    heading('Timeline of holders and waiters'),
    key(['wait', 'waits'], ['hold', 'holds']),
    ...timelineSection(run),
  ];
}

function comparisonSections({ runs, comparison }: PageData): HTMLElement[] {
  const [before, after] = runs as [RunData, RunData];
  const figures: [string, number, number, (value: number) => string][] = [
    ['acquisitions', before.totals.acquisitions, after.totals.acquisitions, String],
    ['contended', before.totals.contended, after.totals.contended, String],
    ['waited', before.totals.waitedMs, after.totals.waitedMs, duration],
    ['held', before.totals.heldMs, after.totals.heldMs, duration],
    ['wait, 99th percentile', before.totals.waitP99, after.totals.waitP99, duration],
    ['hold, 99th percentile', before.totals.holdP99, after.totals.holdP99, duration],
  ];
  const changed = comparison
    .map((pair) => ({ ...pair, was: pair.before?.waitedMs ?? 0, is: pair.after?.waitedMs ?? 0 }))
    .filter(({ was, is }) => was + is > 0)
    .sort((a, b) => b.was + b.is - (a.was + a.is))
    .slice(0, 15);
  const bars = changed.flatMap(({ label, was, is }) => [
    { label, value: was, series: 'before' },
    { label, value: is, series: 'after' },
  ]);
  return [
    element('h2', {}, 'Altogether'),
    table(
      'Figures before and after',
      [
        { title: 'figure', cell: ([label]) => label, name: true },
        { title: 'before', cell: ([, was, , show]) => show(was) },
        { title: 'after', cell: ([, , is, show]) => show(is) },
        { title: 'change', cell: ([, was, is]) => changeCell(was, is) },
      ],
      figures,
    ),
    element('h2', {}, 'Waiting by site'),
    key(['wait', 'before'], ['hold', 'after']),
    bars.length === 0
      ? element('p', {}, 'Nobody waited for a lock in either run.')
      : figure(
          `Time waited by site, before and after: ${changed.map(({ label, was, is }) => `${label} ${duration(was)} and ${duration(is)}`).join('; ')}`,
          comparisonBars(bars, duration),
        ),
  ];
}

function changeCell(was: number, is: number): HTMLElement {
  const kind: Record<string, string> = was === is ? {} : { class: is < was ? 'better' : 'worse' };
  return element('span', kind, change(was, is));
}

draw();
