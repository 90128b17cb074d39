// Which sites' requests waited behind which sites' holders.
import { duration } from '@lockwise/engine/profile';
import { siteLabel } from '../figures.js';
import type { RunData } from '../page.js';
import { pairsChart } from './charts.js';
import { element, figure } from './elements.js';

/** So many sites on each side can be told apart. */
const most = 12;

export function pairsSection({ profile, ranked }: RunData): HTMLElement[] {
  const labels = new Map(profile.sites.map((site) => [site.id, siteLabel(site)]));
  const pairs = ranked
    .flatMap(({ site }) =>
      site.blockedBy.map(({ site: holder, waitMs }) => ({
        waiter: siteLabel(site),
        holder: labels.get(holder)!,
        waitMs,
      })),
    )
    .filter(({ waitMs }) => waitMs > 0)
    .sort((a, b) => b.waitMs - a.waitMs);
  const waiters = [...new Set(pairs.map(({ waiter }) => waiter))].slice(0, most);
  const holders = [...new Set(pairs.map(({ holder }) => holder))].slice(0, most);
  const shown = pairs.filter(({ waiter, holder }) => waiters.includes(waiter) && holders.includes(holder));
  if (shown.length === 0) return [element('p', {}, 'Nobody waited behind a known holder.')];
  const left = pairs.length - shown.length;
  return [
    element('p', { class: 'faint' }, 'Rows wait, columns hold; the time is that of all waits together.'),
    figure(
      `Waits: ${shown.map(({ waiter, holder, waitMs }) => `${waiter} behind ${holder} ${duration(waitMs)}`).join('; ')}`,
      pairsChart(shown, waiters, holders),
    ),
    element('p', { class: 'faint' }, left === 0 ? '' : `${left} smaller pairs are not shown.`),
  ];
}
