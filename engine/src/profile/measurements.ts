import { LineIndex } from '../edits/lines.js';
import type { Linked } from '../link/linked.js';
import type { Lock, Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import type { Measured, Span } from '../findings.js';
import { addHistograms, emptyHistogram, quantile, type HistogramData } from './histogram.js';
import { isSameFile, matchSites } from './match.js';
import type { Profile, SiteData } from './profile.js';

/** A profile with what messages call it. */
export interface NamedProfile {
  readonly name: string;
  readonly profile: Profile;
}

/** How much of a profile is about the code as it is now. */
export interface ProfileState {
  readonly name: string;
  /** Places that take a lock, as far as they are in the files under analysis. */
  readonly places: number;
  /** Those whose line is not in its file any more. */
  readonly stale: readonly SiteData[];
}

/** What was measured at one section, of all profiles together. */
interface Total {
  readonly hold: HistogramData;
  readonly waitedMs: number;
  readonly waiters: number;
}

/** What recorded runs say about the sections of a project. Sites are known by their content: see {@link matchSites}. */
export class Measurements {
  private readonly recorded: readonly { readonly site: SiteData; readonly total: Total }[];
  private readonly profiles: readonly NamedProfile[];
  private readonly known = new WeakMap<Linked, Map<Unit, ReadonlyMap<Section, Total>>>();

  constructor(profiles: readonly NamedProfile[]) {
    this.profiles = profiles;
    this.recorded = profiles.flatMap(({ profile }) => totalsOf(profile));
  }

  /** What was measured at a section, undefined where nothing was. */
  of(project: Linked, section: Section): Measured | undefined {
    const total = this.totals(project, section.unit).get(section);
    return total && measured(total);
  }

  /** The waiting for a lock at all of its sections. */
  ofLock(project: Linked, lock: Lock): Measured | undefined {
    const totals = lock.sections.flatMap((section) => this.totals(project, section.unit).get(section) ?? []);
    return totals.length === 0 ? undefined : measured(totals.reduce(added));
  }

  /** What was measured where a finding stands: at the section that begins there, or for the lock that is declared there. */
  at(project: Linked, unit: Unit, span: Span): Measured | undefined {
    if (this.recorded.length === 0) return undefined;
    const section = project.sections(unit).find(({ acquire }) => acquire.span[0] === span[0]);
    if (section) return this.of(project, section);
    const lock = project.locks.find(
      ({ declaration }) => declaration?.path === unit.path && declaration.span[0] === span[0],
    );
    return lock && this.ofLock(project, lock);
  }

  /** Which places of each profile are there, by the texts that `read` gives of the files that `paths` names. */
  states(paths: readonly string[], read: (path: string) => string | undefined): ProfileState[] {
    return this.profiles.map(({ name, profile }) => {
      let places = 0;
      const stale: SiteData[] = [];
      for (const recorded of new Set(profile.sites.map((site) => site.path))) {
        const sites = profile.sites.filter((site) => site.path === recorded);
        const path = fileOf(recorded, paths);
        const text = path === undefined ? read(recorded) : read(path);
        if (recorded === '' || text === undefined) continue;
        places += sites.length;
        stale.push(...matchSites(sites, text).flatMap(({ site, line }) => (line === undefined ? [site] : [])));
      }
      return { name, places, stale };
    });
  }

  private totals(project: Linked, unit: Unit): ReadonlyMap<Section, Total> {
    let known = this.known.get(project);
    if (!known) this.known.set(project, (known = new Map()));
    let totals = known.get(unit);
    if (!totals) known.set(unit, (totals = this.match(project, unit)));
    return totals;
  }

  private match(project: Linked, unit: Unit): ReadonlyMap<Section, Total> {
    const totals = new Map<Section, Total>();
    const { paths } = project.program;
    const here = this.recorded.filter(
      ({ site: { path } }) => path === unit.path || (isSameFile(path, unit.path) && !paths.includes(path)),
    );
    if (here.length === 0) return totals;
    const lines = new LineIndex(unit.text);
    const symbolAt = (line: number) => {
      const start = lines.offsetOf(line);
      const offset = start + /^\s*/.exec(unit.text.slice(start))![0].length;
      return project.symbolAt({ path: unit.path, span: [offset, offset] });
    };
    const found = matchSites(
      here.map(({ site }) => site),
      unit.text,
      symbolAt,
    );
    for (const [index, { line, column }] of found.entries()) {
      const section = line === undefined ? undefined : sectionOn(project.sections(unit), lines, line, column!);
      const total = here[index]!.total;
      if (section) totals.set(section, added(totals.get(section), total));
    }
    return totals;
  }
}

/** The section that is taken on a line: the one nearest to the column where a line has several. */
function sectionOn(sections: readonly Section[], lines: LineIndex, line: number, column: number): Section | undefined {
  // A call that was found by a stack trace is where its method's name stands.
  const places = sections.flatMap((section) =>
    [section.acquire.span[0], section.acquire.callee.span[1] - 1].map((offset) => ({
      section,
      ...lines.positionAt(offset),
    })),
  );
  return places
    .filter((place) => place.line === line)
    .sort((one, other) => Math.abs(one.column - column) - Math.abs(other.column - column))[0]?.section;
}

/** The file of an analysis that a recorded path means: that path itself where there is one. */
function fileOf(recorded: string, paths: readonly string[]): string | undefined {
  return paths.includes(recorded) ? recorded : paths.find((path) => isSameFile(recorded, path));
}

/** The sites of a profile, each with its holds and with what others waited behind it. */
function totalsOf({ sites }: Profile): { site: SiteData; total: Total }[] {
  const behind = new Map<number, { waits: number; waitMs: number }>();
  for (const { site, waits, waitMs } of sites.flatMap(({ blockedBy }) => blockedBy)) {
    const sum = behind.get(site) ?? { waits: 0, waitMs: 0 };
    behind.set(site, { waits: sum.waits + waits, waitMs: sum.waitMs + waitMs });
  }
  return sites.map((site) => {
    const { waits = 0, waitMs = 0 } = behind.get(site.id) ?? {};
    return { site, total: { hold: site.hold, waitedMs: waitMs, waiters: waits } };
  });
}

const nothing: Total = { hold: emptyHistogram, waitedMs: 0, waiters: 0 };

function added(one: Total = nothing, other: Total): Total {
  return {
    hold: addHistograms(one.hold, other.hold),
    waitedMs: one.waitedMs + other.waitedMs,
    waiters: one.waiters + other.waiters,
  };
}

function measured({ hold, waitedMs, waiters }: Total): Measured {
  return { heldP95Ms: quantile(hold, 0.95), waitedMs, waiters };
}
