import type { Place as Location } from '../../findings.js';
import { isPrimitive } from '../cell.js';
import { isLifeCycle } from '../life-cycle.js';
import type { Linked } from '../linked.js';
import type { Lock } from '../section.js';
import type { Unit } from '../unit.js';
import type { GuardedCell } from './guarded-cells.js';
import { partings, roundsOver } from './moments.js';
import { isHeld, placesSeenFrom, type Place } from './places.js';
import { momentsOfRecord } from './snapshot.js';
import { touchesOf, windowOf } from './window.js';

/** Below that a lock that is often held near a cell may well have another purpose. */
const NEARLY_ALL = 0.9;
const FEW_PLACES = 4;
/** As many places as a reader looks at. */
export const MAX_WINDOW = 3;

/** What tells that one lock guards one cell, and where it is then missing. */
export class Evidence {
  private readonly project: Linked;
  private readonly unit: Unit;
  private readonly id: string;
  private readonly lock: Lock;
  private readonly places: readonly Place[];
  private readonly under: readonly Place[];
  private readonly open: readonly Place[];

  constructor(project: Linked, unit: Unit, id: string, lock: Lock, places: readonly Place[]) {
    this.project = project;
    this.unit = unit;
    this.id = id;
    this.lock = lock;
    this.places = placesSeenFrom(project, unit, lock.id, places);
    this.under = this.places.filter((place) => isHeld(place, lock.id));
    this.open = this.places.filter((place) => !isHeld(place, lock.id));
  }

  guard(): GuardedCell | undefined {
    if (this.under.length === 0 || this.telling.length === 0) return undefined;
    return this.usual() ?? this.writes() ?? this.helper() ?? this.snapshot();
  }

  /** The lock is held in nearly every place, and where it is not the state is changed, or looked at more than once. */
  private usual(): GuardedCell | undefined {
    const places = this.under.length + this.telling.length;
    if (places <= FEW_PLACES || this.under.length < NEARLY_ALL * places) return undefined;
    return this.under.some(isWrite) ? this.told('usual', this.telling, this.window) : undefined;
  }

  /** Every function that changes the collection holds the lock, and here it is gone through while others may do so. */
  private writes(): GuardedCell | undefined {
    const writers = new Set(this.under.filter(isWrite).map(({ fn }) => fn));
    if (writers.size < 2 || this.atWork(this.open).some(isWrite)) return undefined;
    const rounds = this.atWork(this.open).filter(({ fn, op }) => roundsOver(this.unit, fn, op.span).length > 0);
    return this.told('writes', rounds, this.window);
  }

  /** A function that changes the state over a suspension keeps others out where it is called under the lock, and does not here. */
  private helper(): GuardedCell | undefined {
    const open = this.atWork(this.open);
    const calls = open.filter((place) => this.awaitsOf(place).length > 0 && isWrite(place));
    if (open.some((place) => isWrite(place) && !calls.includes(place))) return undefined;
    return this.told(
      'helper',
      calls,
      calls.flatMap((place) => this.awaitsOf(place)),
    );
  }

  /** A plain value that goes, under the lock alone, into one record with what the lock guards; here it is changed while that is made. */
  private snapshot(): GuardedCell | undefined {
    if (!this.open.every(isWrite) || this.under.some(isWrite)) return undefined;
    const moments = this.under.flatMap(({ fn, op }) =>
      isPrimitive(this.project.entities, this.unit, fn, op)
        ? momentsOfRecord(this.project, this.unit, fn, this.lock.ref, op.span)
        : [],
    );
    const window = moments.map((span) => ({ path: this.unit.path, span }));
    return this.told('snapshot', this.atWork(this.open), window);
  }

  private told(by: GuardedCell['by'], without: readonly Place[], window: readonly Location[]): GuardedCell | undefined {
    if (without.length === 0 || window.length === 0 || this.isGuardedByAnother(without)) return undefined;
    const under = this.under.length;
    return {
      lock: this.lock,
      by,
      places: under + this.telling.length,
      under,
      without,
      window: window.slice(0, MAX_WINDOW),
    };
  }

  /** The places without the lock that say whether it is missing: a look at one moment sees what it would see under the lock a moment later. */
  private get telling(): readonly Place[] {
    return (this.knownTelling ??= this.open.filter((place) => !this.isGlance(place)));
  }

  private knownTelling: readonly Place[] | undefined;

  private isGlance(place: Place): boolean {
    const own = this.open.filter(({ fn }) => fn === place.fn);
    if (own.some(isWrite)) return false;
    return (
      partings(
        this.unit,
        place.fn,
        own.map(({ op }) => op.span),
      ).length === 0
    );
  }

  /** Where the helper that a place calls suspends between its own accesses. */
  private awaitsOf({ through }: Place): readonly Location[] {
    if (through === undefined) return [];
    const { unit } = this;
    return touchesOf(this.project, { unit, fn: through }, this.id).partings.map((span) => ({ path: unit.path, span }));
  }

  /** One more lock around all of them keeps them apart, whatever this one is for. */
  private isGuardedByAnother(without: readonly Place[]): boolean {
    const all = [...this.under, ...without].flatMap(({ locks }) => (locks === 'by-convention' ? [] : [locks]));
    return [...(all[0] ?? [])].some((id) => id !== this.lock.id && all.every((locks) => locks.has(id)));
  }

  private atWork(places: readonly Place[]): readonly Place[] {
    return places.filter(({ fn }) => !isLifeCycle(this.unit.fn(fn).name));
  }

  private get window(): readonly Location[] {
    return this.lock.sections.flatMap((section) => windowOf(this.project, section, this.id));
  }
}

function isWrite({ cell }: Place): boolean {
  return cell.how === 'write';
}
