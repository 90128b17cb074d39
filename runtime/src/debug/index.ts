import { invalid } from '../arguments.js';
import { dispose } from '../dispose.js';
import { observeLocks } from '../observer.js';
import { channels } from '../diagnostics/channels.js';
import { Detector } from './detector.js';
import type { DeadlockError, LockOrderError } from './errors.js';
import { currentSection } from './sections.js';

export { DeadlockError, LockOrderError, type LockEdge } from './errors.js';
export { runDetached } from './sections.js';

/** Something that debug mode found and that does not end in a deadlock by itself. */
export interface LockMisuse {
  readonly kind: 'released twice' | 'collected without release';
  readonly message: string;
}

export type LockFinding = DeadlockError | LockOrderError | LockMisuse;

/** One detector at a time: each marks the guards it sees. */
let isEnabled = false;

/** Options of {@link enableDeadlockDetection}. */
export interface DeadlockDetectionOptions {
  /**
   * What a deadlock does. `warn` (default): it is reported, and the wait begins. `throw`: a certain one rejects the request
   * that would close it with the {@link DeadlockError}, so that the others can go on; one that is only possible is reported.
   */
  readonly mode?: 'throw' | 'warn' | undefined;
  /** Whether to take the places in the code. Default true; without them detection costs a fraction. */
  readonly stacks?: boolean | undefined;
  /** Whether to report locks that are asked for in contradicting orders, even when no run has deadlocked. Default true. */
  readonly lockOrder?: boolean | undefined;
  /** Takes the findings. Default: a process warning each. */
  readonly report?: ((finding: LockFinding) => void) | undefined;
}

/**
 * Watches all locks for deadlocks; returns the function that ends it (also for `using`). For development and tests: every
 * section then runs in an async context of its own. Throws when detection is on already.
 *
 * When a wait begins, the sections that it holds up are known from the async context: those around it. If the lock's holders
 * wait, over any number of steps, for one of those, none can ever go on. This is exact for sections of the callback forms
 * (`withLock` and its like) whose work is awaited. Work that a section begins without awaiting it, and that waits for the
 * section's own lock, is reported although it is legal: begin it in {@link runDetached}. Guards (`acquire`) are followed as
 * far as the async context goes, and reported as possible. Semaphores with more than one permit are left out: any holder may
 * release for any other.
 *
 * What is found is also published on the channel `@lockwise/runtime:deadlock`.
 */
export function enableDeadlockDetection(options: DeadlockDetectionOptions = {}): (() => void) & Disposable {
  const { mode = 'warn', stacks = true, lockOrder = true, report = warn } = options;
  if (mode !== 'warn' && mode !== 'throw') throw invalid('options.mode', "'warn' or 'throw'", mode);
  const told = (finding: LockFinding): void => {
    if (channels.deadlock.hasSubscribers) channels.deadlock.publish(finding);
    report(finding);
  };
  if (isEnabled) throw new Error('deadlock detection is on already: end it before it is turned on with other options');
  isEnabled = true;
  const unobserve = observeLocks(new Detector({ mode, stacks, lockOrder, report: told }));
  let isOn = true;
  const stop = (): void => {
    if (!isOn) return;
    isOn = isEnabled = false;
    unobserve();
    // While a storage is in use, Node tells it of every promise.
    currentSection.disable();
  };
  return Object.assign(() => stop(), { [dispose]: stop });
}

function warn(finding: LockFinding): void {
  const type = finding instanceof Error ? finding.name : 'LockMisuse';
  process.emitWarning(finding.message, { type });
}
