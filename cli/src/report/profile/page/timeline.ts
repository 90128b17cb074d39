// The timeline of one lock: who held it and who waited, in a window that can be moved.
import type { LockData, TimelineRowData } from '@lockwise/engine/profile';
import { duration } from '@lockwise/engine/profile';
import { siteLabel } from '../figures.js';
import type { RunData } from '../page.js';
import { timelineChart, type Interval } from './charts.js';
import { element, figure } from './elements.js';

/** So many requests are drawn at once; more could not be told apart. */
const windowRows = 120;

export function timelineSection({ profile }: RunData): HTMLElement[] {
  const rowsByLock = new Map<number, TimelineRowData[]>();
  for (const row of profile.timeline.rows) rowsByLock.set(row.lock, [...(rowsByLock.get(row.lock) ?? []), row]);
  const locks = profile.locks.filter(({ id }) => rowsByLock.has(id)).sort((a, b) => b.waitMs - a.waitMs);
  if (locks.length === 0) return [element('p', {}, 'No request waited and was over.')];
  const labels = new Map(profile.sites.map((site) => [site.id, siteLabel(site)]));
  const chart = element('div');
  const lockChoice = element(
    'select',
    {},
    ...locks.map((lock) => element('option', { value: String(lock.id) }, lockLabel(lock, labels.get(lock.firstSite)!))),
  );
  const position = element('input', { type: 'range', min: '0', max: '0', step: '1', value: '0' });
  const draw = () => {
    const rows = rowsByLock.get(Number(lockChoice.value))!.toSorted((a, b) => a.asked - b.asked);
    position.max = String(Math.max(0, rows.length - windowRows));
    const start = Math.min(Number(position.value), Number(position.max));
    position.disabled = position.max === '0';
    chart.replaceChildren(drawnWindow(rows.slice(start, start + windowRows), labels));
  };
  lockChoice.addEventListener('change', () => {
    position.value = '0';
    draw();
  });
  position.addEventListener('input', draw);
  draw();
  const { dropped } = profile.timeline;
  return [
    element(
      'div',
      { class: 'controls' },
      element('label', {}, 'Lock', lockChoice),
      element('label', {}, 'Earlier – later', position),
    ),
    chart,
    element(
      'p',
      { class: 'faint' },
      dropped === 0 ? '' : `Only the last requests are kept; ${dropped} earlier ones are counted above and not drawn.`,
    ),
  ];
}

function lockLabel({ id, library, kind, name, waitMs }: LockData, firstSite: string): string {
  return `${library} ${kind} ${name ?? `#${id}`}, first asked for at ${firstSite} – ${duration(waitMs)} of waiting`;
}

function drawnWindow(rows: readonly TimelineRowData[], labels: ReadonlyMap<number, string>): HTMLElement {
  const intervals = inLanes(rows, labels);
  const from = Math.min(...rows.map(({ asked }) => asked));
  const to = Math.max(...rows.map(({ ended }) => ended));
  return figure(
    `${rows.length} requests from ${duration(from)} to ${duration(to)} of the run`,
    timelineChart(intervals, from, to),
  );
}

/** Puts each request into the first lane that is free when it asks. */
function inLanes(rows: readonly TimelineRowData[], labels: ReadonlyMap<number, string>): Interval[] {
  const freeFrom: number[] = [];
  return rows.map(({ site, asked, granted, ended }) => {
    const free = freeFrom.findIndex((from) => from <= asked);
    const lane = free === -1 ? freeFrom.length : free;
    freeFrom[lane] = ended;
    return { lane, label: labels.get(site)!, asked, granted, ended };
  });
}
