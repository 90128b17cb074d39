// The figures that a report shows, computed from a profile; the page and the terminal show the same.
import {
  addHistograms,
  emptyHistogram,
  type HistogramData,
  type Profile,
  quantile,
  type SiteData,
} from '../../trace/profile.js';

/** A site as a report ranks it. Durations are milliseconds. */
export interface SiteFigures {
  readonly site: SiteData;
  /** All the time that requests of the site waited, those included that still waited at the end. */
  readonly waitedMs: number;
  readonly waitP50: number;
  readonly waitP99: number;
  readonly holdP50: number;
  readonly holdP99: number;
  /** All the time that others waited for holders of this site. */
  readonly blockedOthersMs: number;
}

/** All sites, those that cost the most waiting first, as waiters or as holders. */
export function rankedSites(profile: Profile): SiteFigures[] {
  const blocked = new Map<number, number>();
  for (const { blockedBy } of profile.sites)
    for (const { site, waitMs } of blockedBy) blocked.set(site, (blocked.get(site) ?? 0) + waitMs);
  const unfinished = unfinishedWaits(profile);
  return profile.sites
    .map((site) => ({
      site,
      waitedMs: site.wait.sum + (unfinished.get(site.id) ?? 0),
      waitP50: quantile(site.wait, 0.5),
      waitP99: quantile(site.wait, 0.99),
      holdP50: quantile(site.hold, 0.5),
      holdP99: quantile(site.hold, 0.99),
      blockedOthersMs: blocked.get(site.id) ?? 0,
    }))
    .sort(
      (a, b) =>
        b.waitedMs - a.waitedMs ||
        b.blockedOthersMs - a.blockedOthersMs ||
        b.site.acquisitions - a.site.acquisitions ||
        a.site.id - b.site.id,
    );
}

function unfinishedWaits({ atEnd }: Profile): Map<number, number> {
  const waits = new Map<number, number>();
  for (const { waiters } of atEnd)
    for (const { site, forMs } of waiters) waits.set(site, (waits.get(site) ?? 0) + forMs);
  return waits;
}

/** A profile as a whole. */
export interface Totals {
  readonly acquisitions: number;
  readonly contended: number;
  readonly waitedMs: number;
  readonly heldMs: number;
  readonly waitP99: number;
  readonly holdP99: number;
  /** Requests that ended without the lock, and those that were still waiting at the end. */
  readonly abandoned: number;
  readonly timedOut: number;
  readonly waitingAtEnd: number;
  readonly deadlocks: number;
}

export function totals(profile: Profile): Totals {
  const { sites } = profile;
  const sum = (of: (site: SiteData) => number) => sites.reduce((total, site) => total + of(site), 0);
  const all = (of: (site: SiteData) => HistogramData) => sites.map(of).reduce(addHistograms, emptyHistogram);
  return {
    acquisitions: sum((site) => site.acquisitions),
    contended: sum((site) => site.contended),
    waitedMs: rankedSites(profile).reduce((total, { waitedMs }) => total + waitedMs, 0),
    heldMs: sum((site) => site.hold.sum),
    waitP99: quantile(
      all((site) => site.wait),
      0.99,
    ),
    holdP99: quantile(
      all((site) => site.hold),
      0.99,
    ),
    abandoned: sum((site) => site.abandoned),
    timedOut: sum((site) => site.timedOut),
    waitingAtEnd: sum((site) => site.waitingAtEnd),
    deadlocks: profile.deadlocks.length,
  };
}

/** A site before and after a change. Either is absent where the other run has no such site. */
export interface Comparison {
  readonly label: string;
  readonly before?: SiteFigures;
  readonly after?: SiteFigures;
}

/**
 * Pairs the sites of two runs: those of the same path, enclosing symbol and line first, then those of the same path and
 * symbol in their order, for a change rewrites the lines that it mends.
 */
export function compareSites(before: Profile, after: Profile): Comparison[] {
  const left = rankedSites(before);
  const unpaired = rankedSites(after);
  const take = (matches: (figures: SiteFigures) => boolean) => {
    const index = unpaired.findIndex(matches);
    return index === -1 ? undefined : unpaired.splice(index, 1)[0];
  };
  const pairs = new Map<SiteFigures, SiteFigures>();
  for (const same of [sameLine, sameFunction])
    for (const figures of left) {
      if (pairs.has(figures)) continue;
      const match = take((other) => same(figures.site, other.site));
      if (match !== undefined) pairs.set(figures, match);
    }
  return [
    ...left.map((figures) => {
      const match = pairs.get(figures);
      return { label: siteLabel(figures.site), before: figures, ...(match !== undefined && { after: match }) };
    }),
    ...unpaired.map((figures) => ({ label: siteLabel(figures.site), after: figures })),
  ];
}

const sameLine = (a: SiteData, b: SiteData) => sameFunction(a, b) && a.lineHash === b.lineHash;
const sameFunction = (a: SiteData, b: SiteData) => a.path === b.path && a.symbol === b.symbol;

/** A site as charts and tables name it. */
export function siteLabel({ path, line, column, symbol }: SiteData): string {
  if (path === '') return '(unknown)';
  const place = `${path}:${line}:${column}`;
  return symbol === '' ? place : `${symbol} ${place}`;
}
