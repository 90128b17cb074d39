// The table of sites, and the histograms of the one that is chosen.
import { duration } from '@lockwise/engine/profile';
import { siteLabel, type SiteFigures } from '../figures.js';
import type { RunData } from '../page.js';
import { histogramChart } from './charts.js';
import { element, figure, table } from './elements.js';

export function sitesSection({ ranked }: RunData): HTMLElement[] {
  const details = element('section', { 'aria-live': 'polite', 'aria-label': 'The chosen site' });
  const choose = (figures: SiteFigures) => {
    const row = buttons.get(figures)?.closest('tr');
    for (const other of list.querySelectorAll('tr')) other.removeAttribute('aria-current');
    row?.setAttribute('aria-current', 'true');
    details.replaceChildren(...siteDetails(figures));
  };
  const buttons = new Map(
    ranked.map((figures) => {
      const button = element('button', { class: 'site', type: 'button' }, siteLabel(figures.site));
      button.addEventListener('click', () => choose(figures));
      return [figures, button];
    }),
  );
  const list = siteTable(ranked, (figures) => buttons.get(figures)!);
  choose(ranked[0]!);
  return [list, details];
}

function siteTable(ranked: readonly SiteFigures[], name: (figures: SiteFigures) => HTMLElement): HTMLElement {
  return table(
    'Sites, those with the most waiting first',
    [
      {
        title: 'site',
        name: true,
        cell: (row) => [name(row), element('code', {}, `${row.site.library} ${row.site.text}`)],
      },
      { title: 'waited', cell: ({ waitedMs }) => duration(waitedMs) },
      { title: 'acquired', cell: ({ site }) => String(site.acquisitions) },
      { title: 'contended', cell: ({ site }) => String(site.contended) },
      { title: 'wait p50', cell: ({ waitP50 }) => duration(waitP50) },
      { title: 'wait p99', cell: ({ waitP99 }) => duration(waitP99) },
      { title: 'hold p50', cell: ({ holdP50 }) => duration(holdP50) },
      { title: 'hold p99', cell: ({ holdP99 }) => duration(holdP99) },
      { title: 'made others wait', cell: ({ blockedOthersMs }) => duration(blockedOthersMs) },
      { title: 'longest queue', cell: ({ site }) => String(site.maxQueueDepth) },
      { title: 'given up', cell: ({ site }) => String(site.abandoned + site.timedOut) },
    ],
    ranked,
  );
}

function siteDetails({ site }: SiteFigures): HTMLElement[] {
  const chart = (title: string, histogram: typeof site.wait, color: 'wait' | 'hold', none: string) =>
    element(
      'div',
      {},
      element('h3', {}, title),
      histogram.count === 0
        ? element('p', { class: 'faint' }, none)
        : figure(
            `${title} of ${siteLabel(site)}: ${histogram.count}, longest ${duration(histogram.max)}`,
            histogramChart(histogram, color),
          ),
    );
  return [
    element('h2', {}, siteLabel(site)),
    element(
      'div',
      { class: 'pair' },
      chart('Waits', site.wait, 'wait', 'No request of this site waited.'),
      chart('Holds', site.hold, 'hold', 'No request of this site held the lock and released it.'),
    ),
    queueLine(site.queueDepth),
  ];
}

function queueLine(depths: readonly (readonly [from: number, count: number])[]): HTMLElement {
  const parts = depths.map(([from, count]) => `${from === 1 ? '1' : `${from} to ${from * 2 - 1}`}: ${count} times`);
  return element('p', { class: 'faint' }, parts.length === 0 ? '' : `Place in the queue – ${parts.join(', ')}`);
}
