import { getEventListeners } from 'node:events';
import type { WaitOptions } from '@lockwise/runtime';
import type { Moment, Program, Run } from '@lockwise/runtime/testing';
import { LockModel } from './model.js';

interface Guard {
  release(): void;
}

/** A lock as the laws use it. */
export interface LawLock<M> {
  acquire(mode: M, options?: WaitOptions): Promise<Guard>;
  tryAcquire(mode: M): Guard | undefined;
  /** A section with suspensions. */
  section(mode: M, body: () => Promise<string>, options?: WaitOptions): Promise<string>;
  /** A section without. */
  quick(mode: M, body: () => string, options?: WaitOptions): Promise<string>;
  downgrade?(guard: Guard): Guard;
  /** What can be seen of the lock from outside, as text. */
  state(): string;
  /** What should be seen when the model is right. */
  expected(model: LockModel<M>): string;
}

/** What one task does with the lock. */
export interface Plan<M> {
  readonly mode: M;
  readonly form: 'guard' | 'section' | 'quick' | 'try';
  readonly end: 'return' | 'throw' | 'release twice' | 'downgrade';
  readonly bound: 'none' | 'abort' | 'timeout';
}

const TIMEOUTS = [7, 11, 17, 29];

/**
 * Runs one task for each plan, in all schedules in which they start in order, beside a model of the lock. After every event
 * the lock must look as the model says; when all has settled, exactly those are inside that the model lets in; and in the
 * end the lock is free, and no listener and no timer is left.
 */
export function lockLaw<M>(
  make: () => LawLock<M>,
  fits: (mode: M, held: readonly M[]) => boolean,
  plans: readonly Plan<M>[],
): Program<string> {
  return async (run) => {
    const scene = new Scene(run, make(), new LockModel(fits));
    const tasks = plans.map((plan, index) => scene.start(plan, index));
    run.check((moment) => scene.verify(moment));
    const outcomes = await Promise.allSettled(tasks);
    scene.verifyEnd();
    return outcomes.map((outcome, index) => scene.verifyOutcome(outcome, index)).join(', ');
  };
}

class Scene<M> {
  private readonly run: Run;
  private readonly lock: LawLock<M>;
  private readonly model: LockModel<M>;
  private readonly inside = new Set<string>();
  private readonly signals: AbortSignal[] = [];

  constructor(run: Run, lock: LawLock<M>, model: LockModel<M>) {
    this.run = run;
    this.lock = lock;
    this.model = model;
  }

  start(plan: Plan<M>, index: number): Promise<string> {
    const id = `t${index}`;
    const options: { signal?: AbortSignal; timeout?: number } = {};
    if (plan.bound === 'timeout') options.timeout = TIMEOUTS[index]!;
    let withdraw = (): void => {};
    if (plan.bound === 'abort') [options.signal, withdraw] = this.signal(id, plan.form !== 'guard');
    const after = index === 0 ? undefined : `t${index - 1}`;
    return this.run.task(id, () => this.perform(id, plan, options), { after }).finally(() => withdraw());
  }

  verify(moment: Moment): void {
    this.model.expire(this.run.clock.now());
    if (moment === 'settled') this.model.settle();
    same('the lock', this.lock.state(), this.lock.expected(this.model));
    if (moment === 'settled')
      same('inside', [...this.inside].sort().join(), [...this.model.holders.keys()].sort().join());
  }

  verifyEnd(): void {
    this.model.settle();
    same('timers left', this.run.clock.pending, 0);
    const listeners = this.signals.map((signal) => getEventListeners(signal, 'abort').length);
    same('listeners left', listeners.join(), listeners.map(() => 0).join());
  }

  verifyOutcome(outcome: PromiseSettledResult<string>, index: number): string {
    const fate = this.model.fates.get(`t${index}`);
    const told = outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason?.message ?? outcome.reason);
    const expected = {
      granted: /^(ran|mine)$/,
      refused: /^refused$/,
      aborted: /^gone$/,
      skipped: /^gone$/,
      'timed out': /was not granted within/,
      waiting: /^$/,
    };
    if (fate === undefined || !expected[fate].test(told))
      throw new Error(`t${index} was ${fate} and ended as: ${told}`);
    return told.replace(/.* was not/, 'not');
  }

  private signal(id: string, isSection: boolean): [AbortSignal, () => void] {
    const controller = new AbortController();
    this.signals.push(controller.signal);
    const withdraw = this.run.event(`abort ${id}`, () => {
      this.model.abort(id, !isSection || this.inside.has(id));
      controller.abort('gone');
    });
    return [controller.signal, withdraw];
  }

  private async perform(id: string, plan: Plan<M>, bounds: WaitOptions): Promise<string> {
    if (plan.form === 'try') return this.attempt(id, plan);
    this.model.request(id, plan.mode, this.run.clock.now() + (bounds.timeout ?? Infinity));
    const options = plan.bound === 'none' ? undefined : bounds;
    if (plan.form === 'quick') return this.lock.quick(plan.mode, () => this.pass(id), options);
    if (plan.form === 'section') return this.lock.section(plan.mode, () => this.body(id, plan), options);
    return this.hold(id, plan, await this.lock.acquire(plan.mode, options));
  }

  private async attempt(id: string, plan: Plan<M>): Promise<string> {
    const guard = this.lock.tryAcquire(plan.mode);
    same(`the try of ${id}`, guard !== undefined, this.model.tryRequest(id, plan.mode));
    return guard === undefined ? 'refused' : this.hold(id, plan, guard);
  }

  /** Inside and out again in one segment. */
  private pass(id: string): string {
    same('holder', this.model.holders.has(id), true);
    this.model.release(id);
    return 'ran';
  }

  private async body(id: string, plan: Plan<M>): Promise<string> {
    this.inside.add(id);
    await this.run.pause(`end ${id}`);
    this.inside.delete(id);
    this.model.release(id);
    if (plan.end === 'throw') throw new Error('mine');
    return 'ran';
  }

  /** Releases in the callback of an event, so that another event of that turn finds a grant whose task has not gone on yet. */
  private async hold(id: string, plan: Plan<M>, guard: Guard): Promise<string> {
    this.inside.add(id);
    let last = guard;
    if (plan.end === 'downgrade') {
      await this.happens(`downgrade ${id}`, () => {
        last = this.lock.downgrade!(guard);
        this.model.convert(id, 'read' as M);
        // Released by its downgrade: no more than a second release.
        guard.release();
      });
    }
    await this.happens(`end ${id}`, () => {
      this.inside.delete(id);
      last.release();
      this.model.release(id);
    });
    if (plan.end === 'release twice') await this.happens(`release ${id} again`, () => guard.release());
    return 'ran';
  }

  private happens(name: string, effect: () => void): Promise<void> {
    return new Promise((resolve) => {
      const event = (): void => {
        effect();
        resolve();
      };
      this.run.event(name, event, { optional: false });
    });
  }
}

/** Throws when they differ. Called some million times, so it makes nothing when they do not. */
export function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)}, expected ${String(expected)}`);
}
