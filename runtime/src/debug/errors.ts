import { AsyncPrimitiveError } from '../errors.js';

/** One step of a deadlock: a section waits for a lock that the section of the next step holds. */
export interface LockEdge {
  /** The lock that is waited for, as messages call it. */
  readonly lock: string;
  /** Where it is waited for; undefined when stacks are off. */
  readonly waitsAt: string | undefined;
  /** Where its holder took it. */
  readonly heldAt: string | undefined;
}

/** Sections that wait for each other: none of them can go on. */
export class DeadlockError extends AsyncPrimitiveError {
  override readonly name = 'DeadlockError';
  readonly code = 'ERR_DEADLOCK';
  /** The steps around the cycle, the wait that closed it first. */
  readonly cycle: readonly LockEdge[];
  /**
   * False when a guard takes part that was not taken by a callback form: who really waits for its holder cannot be told
   * then, so it is a possibility.
   */
  readonly certain: boolean;

  constructor(cycle: readonly LockEdge[], certain: boolean) {
    super(deadlockMessage(cycle, certain));
    this.cycle = cycle;
    this.certain = certain;
  }
}

function deadlockMessage(cycle: readonly LockEdge[], certain: boolean): string {
  const steps = cycle.map(({ lock, waitsAt, heldAt }, index) => {
    const actor = `actor ${index + 1}`;
    const holder = cycle.length === 1 ? 'itself' : `actor ${((index + 1) % cycle.length) + 1}`;
    return `  ${actor} waits for ${lock}${at(waitsAt)}, held by ${holder}${at(heldAt, 'taken at')}`;
  });
  const kind =
    cycle.length === 1
      ? 'a section waits for a lock that it holds itself'
      : `${cycle.length} sections wait for each other`;
  return `${certain ? 'deadlock' : 'possible deadlock'}: ${kind}\n${steps.join('\n')}`;
}

/** Locks were taken in an order that contradicts another: two such runs at the same time can deadlock. */
export class LockOrderError extends AsyncPrimitiveError {
  override readonly name = 'LockOrderError';
  readonly code = 'ERR_LOCK_ORDER';
  /** The locks around the contradiction, as messages call them; the last is the first again. */
  readonly path: readonly string[];

  constructor(path: readonly string[], message: string) {
    super(message);
    this.path = path;
  }
}

export function at(site: string | undefined, words = 'at'): string {
  return site === undefined ? '' : ` ${words} ${site}`;
}
