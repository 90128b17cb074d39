import type { Op, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import type { CellAccess } from '../cell.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold } from '../state.js';

/** A point at which other tasks may run: the end of a segment. */
export interface Crossing {
  readonly span: Span;
  /** The lock that is waited for there. */
  readonly acquires?: LockRef;
}

/** One reading of shared state. */
export interface CellRead {
  readonly cell: CellAccess;
  readonly op: Op;
  readonly fn: number;
  /** The entry of a container that is asked for, as written: `has(key)`, `get(key)`. */
  readonly entry?: Value;
  readonly under: readonly Hold[];
}

/** What has come to pass since a reading, up to one point of the program. */
export interface Live {
  readonly read: CellRead;
  readonly crossed: readonly Crossing[];
  /** Locks, and flags that work as locks, that have excluded others ever since. */
  readonly excluding: ReadonlySet<Hold | string>;
}

/** A test that had to come out in one way for control to be here. */
export interface Guard {
  readonly span: Span;
  readonly test: Value;
  readonly outcome: boolean;
  /** The other outcome throws: it is a condition that must hold. */
  readonly asserts: boolean;
  /** The test chose only whether to wait: both outcomes come here. */
  readonly waits?: true;
  readonly reads: ReadonlySet<string>;
}

/** What is known at one point, over all paths that lead there. */
export interface Knowledge {
  /** The last execution of each reading. */
  readonly reads: ReadonlyMap<string, Live>;
  /** By variable (`b1`) and call (`c1`): the readings that its value comes from. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly guards: readonly Guard[];
  /** Cells that this task has tested and set in one segment, so that no other task passes the test: flags used as locks. */
  readonly claims: ReadonlySet<string>;
}

export const nothingKnown: Knowledge = { reads: new Map(), values: new Map(), guards: [], claims: new Set() };

/** What is known where two paths meet: what may come from either, and the tests that both have passed. */
export function join(one: Knowledge | undefined, other: Knowledge | undefined): Knowledge | undefined {
  if (!one || !other || one === other) return one ?? other;
  return {
    reads: merged(one.reads, other.reads, joinLive),
    values: merged(one.values, other.values, union),
    guards: sharedGuards(one.guards, other.guards),
    claims: new Set([...one.claims].filter((cell) => other.claims.has(cell))),
  };
}

/** The entries of both maps, joined where both have one. What two paths have in common, which is most, is the same one. */
function merged<Entry>(
  one: ReadonlyMap<string, Entry>,
  other: ReadonlyMap<string, Entry>,
  joined: (one: Entry, other: Entry) => Entry,
): ReadonlyMap<string, Entry> {
  if (one === other) return one;
  let all: Map<string, Entry> | undefined;
  for (const [key, entry] of other) {
    const known = one.get(key);
    if (known === entry) continue;
    all ??= new Map(one);
    all.set(key, known === undefined ? entry : joined(known, entry));
  }
  return all ?? one;
}

function sharedGuards(one: readonly Guard[], other: readonly Guard[]): readonly Guard[] {
  if (one === other) return one;
  const twins = new Set(other);
  return one.filter((guard) => twins.has(guard) || other.some((twin) => isSame(guard, twin)));
}

function joinLive(one: Live, other: Live): Live {
  const longer = one.crossed.length >= other.crossed.length ? one : other;
  return { ...longer, excluding: new Set([...one.excluding].filter((held) => other.excluding.has(held))) };
}

function isSame(one: Guard, other: Guard): boolean {
  return one.span[0] === other.span[0] && one.span[1] === other.span[1] && one.outcome === other.outcome;
}

export function union(
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  if (!one || !other || one === other) return one ?? other ?? NONE;
  return new Set([...one, ...other]);
}

export const NONE: ReadonlySet<string> = new Set();

/** More crossings than a message would name tell nothing new. */
const MAX_CROSSINGS = 6;

/** Whether a reading is the older of two: something was waited for since it that the other one has not waited for. */
export function isOlder(one: Live, other: Live): boolean {
  if (one.crossed.length !== MAX_CROSSINGS || other.crossed.length !== MAX_CROSSINGS)
    return one.crossed.length > other.crossed.length;
  return other.crossed.every(({ span }) => span[0] !== one.crossed[0]!.span[0]);
}

/** Other tasks run: every reading is older, and excluded is only who is kept out here as well. */
export function cross(known: Knowledge, crossing: Crossing, held: readonly Hold[]): Knowledge {
  const reads = new Map<string, Live>();
  for (const [key, live] of known.reads) {
    const excluding = new Set([...live.excluding].filter((by) => isExcluding(by, known, held)));
    const isNew = !live.crossed.some((before) => before.span[0] === crossing.span[0]);
    const crossed = isNew && live.crossed.length < MAX_CROSSINGS ? [...live.crossed, crossing] : live.crossed;
    reads.set(key, { read: live.read, crossed, excluding });
  }
  return { ...known, reads };
}

export function isExcluding(by: Hold | string, known: Knowledge, held: readonly Hold[]): boolean {
  return typeof by === 'string' ? known.claims.has(by) : held.includes(by);
}

export function withRead(known: Knowledge, key: string, read: CellRead): Knowledge {
  const reads = new Map(known.reads);
  reads.set(key, { read, crossed: [], excluding: new Set([...read.under, ...known.claims]) });
  return { ...known, reads };
}

/** A claim keeps others out of what was read in its own segment, too: nobody came between. */
export function withClaim(known: Knowledge, claim: string): Knowledge {
  const reads = new Map<string, Live>();
  for (const [key, live] of known.reads)
    reads.set(key, live.crossed.length > 0 ? live : { ...live, excluding: new Set([...live.excluding, claim]) });
  return { ...known, reads };
}

/** The name of a reading: an operation may read several cells. */
export function readKey(span: Span, cell: string): string {
  return `${span[0]}-${span[1]} ${cell}`;
}

export function withValue(known: Knowledge, name: string, from: ReadonlySet<string>): Knowledge {
  if (from.size === 0 && !known.values.has(name)) return known;
  const values = new Map(known.values);
  values.set(name, from);
  return { ...known, values };
}

export function withGuard(known: Knowledge, guard: Guard): Knowledge {
  const others = known.guards.filter((other) => other.span[0] !== guard.span[0] || other.span[1] !== guard.span[1]);
  return { ...known, guards: [...others, guard] };
}

/** A task that has written a cell itself no longer goes by what it read there before. */
export function withoutReadsOf(known: Knowledge, isCovered: (cell: CellAccess) => boolean): Knowledge {
  const reads = new Map([...known.reads].filter(([, live]) => !isCovered(live.read.cell)));
  return reads.size === known.reads.size ? known : { ...known, reads };
}
