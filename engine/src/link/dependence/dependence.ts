import type { Op, Value } from '../../facts/format.js';
import type { CellAccess } from '../cell.js';
import { overlap } from '../cell.js';
import type { Hold } from '../state.js';
import { isExcluding, type Crossing, type Guard, type Knowledge, type Live } from './knowledge.js';

/**
 * Something that a task does because of what it read before other tasks could run: a write whose value comes from the
 * reading, a write behind a test of it, or a test.
 */
export interface Dependence {
  readonly read: Live['read'];
  /** What is written, or undefined for a test. */
  readonly write?: CellAccess;
  /** The entry of a container that is written, as written in the source: `set(key, …)`. */
  readonly entry?: Value;
  readonly through: 'value' | 'guard' | 'test';
  /** The guard, when there is one. */
  readonly guard?: Guard;
  readonly op: Op;
  readonly fn: number;
  /** Where other tasks may have run since the reading, in order. */
  readonly crossed: readonly Crossing[];
  /** Locks, and flags used as locks, that have kept others out from the reading on. */
  readonly excluding: ReadonlySet<Hold | string>;
  readonly under: readonly Hold[];
  /** What was read has been read again after the last crossing, and decides or goes into the value as well. */
  readonly renewed: boolean;
}

/** Whether a write replaces what was read: the same cell, or one that it is a part of. */
export function replaces(write: CellAccess, read: CellAccess): boolean {
  return (
    write.receiver === read.receiver &&
    (write.id === read.id || read.id.startsWith(`${write.id}.`) || read.id.startsWith(`${write.id}[`))
  );
}

/** Whether one of some readings is of a cell, and nobody can have changed that since: no other task ran, or a lock held here kept them out. */
export function isRenewed(
  known: Knowledge,
  keys: ReadonlySet<string>,
  cell: CellAccess,
  under: readonly Hold[],
): boolean {
  for (const key of keys) {
    const live = known.reads.get(key);
    if (!live || !overlap(live.read.cell.id, cell.id)) continue;
    if (live.crossed.length === 0 || [...live.excluding].some((by) => isExcluding(by, known, under))) return true;
  }
  return false;
}
