import type { CallOp, Op } from '../facts/format.js';
import type { Place, Span } from '../findings.js';
import type { CellAccess } from './cell.js';
import type { LockRef } from './lock-ref.js';
import type { Hold } from './state.js';
import type { Suspension } from './suspension.js';
import type { Trace, Visit } from './walk/trace.js';
import type { Unit } from './unit.js';

/** The code between the grant and the release of a lock. */
export interface Section {
  readonly lock: Lock;
  readonly ref: LockRef;
  readonly hold: Hold;
  readonly trace: Trace;
  readonly unit: Unit;
  /** The function that takes the lock. */
  readonly fn: number;
  readonly form: Hold['form'];
  /** The call that takes it. */
  readonly acquire: CallOp;
  /** The function that runs with the lock held, for callback forms. */
  readonly callback?: number;
  /** Runs a callback parameter of an enclosing function: it defines a wrapper, and its callers are the sections. */
  readonly wrapper: boolean;
  /** The lock is taken by a helper of the project that this call runs. */
  readonly through: boolean;
  /** Every operation that runs with the lock held, in source order. */
  readonly steps: readonly Step[];
  readonly suspensions: readonly SuspensionStep[];
  /** The suspensions, and the promises that the section's function returns: the lock is held until those have settled too. */
  readonly waits: readonly SuspensionStep[];
  readonly accesses: readonly AccessStep[];
}

/** An operation inside a section. */
export interface Step {
  readonly op: Op;
  readonly fn: number;
  readonly visit: Visit;
  /** Held on every path that comes here. */
  readonly certain: boolean;
}

export interface SuspensionStep extends Step {
  readonly span: Span;
  readonly suspension: Suspension;
  /** In a loop that lies inside the section. */
  readonly inLoop: boolean;
}

export interface AccessStep extends Step {
  readonly cell: CellAccess;
  /** The number of suspensions of the section that stand before it in the source. */
  readonly segment: number;
  /** Its written type or its first value says that it is a primitive, which a copy of the reference copies. */
  readonly primitive: boolean;
}

/** One declared lock with everything that is known of its use. */
export interface Lock {
  readonly id: string;
  readonly name: string;
  readonly ref: LockRef;
  readonly declaration?: Place;
  readonly sections: Section[];
  /** Operations on it that are no sections: queries, waits, cancellations. */
  readonly queries: Query[];
  /** Uses that could let code we do not see take it: passed on, returned, stored elsewhere, exported. */
  readonly escapes: Place[];
}

/** What is done with a lock besides taking it. */
export interface Query {
  readonly unit: Unit;
  readonly fn: number;
  readonly what: 'query' | 'wait' | 'cancel';
  /** The last name of what is called or read: `isLocked`. */
  readonly name: string;
  /** The call, or the property. */
  readonly span: Span;
}

/** Whether a section is what a function does that is handed to the lock, or to a decorator, and ends when that has returned and its promise has settled. */
export function isFunctionCall({ form }: Pick<Section, 'form'>): boolean {
  return form === 'callback' || form === 'decorator';
}
