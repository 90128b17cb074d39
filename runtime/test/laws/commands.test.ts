import fc from 'fast-check';
import { describe, it } from 'vitest';
import { AsyncRwLock, type ReadGuard, type WriteGuard } from '@lockwise/runtime';
import { quiescence } from '@lockwise/runtime/testing';
import { same } from './lock-law.js';
import { LockModel, rwFits, type RwMode } from './model.js';

type AnyGuard = ReadGuard<number> | WriteGuard<number>;

/** A readers-writer lock and all that was asked of it. */
class Real {
  readonly lock = new AsyncRwLock(0);
  readonly guards = new Map<string, AnyGuard>();
  readonly ended: AnyGuard[] = [];
  readonly controllers = new Map<string, AbortController>();

  request(id: string, mode: RwMode): void {
    const controller = new AbortController();
    this.controllers.set(id, controller);
    const granted: Promise<AnyGuard> = this.lock[mode]({ signal: controller.signal });
    granted.then(
      (guard) => this.guards.set(id, guard),
      () => {},
    );
  }
}

type Model = LockModel<RwMode>;

/** One step; `pick` is taken modulo what there is to pick from. Steps may come in one turn or after all has settled. */
class Step implements fc.AsyncCommand<Model, Real> {
  readonly kind: 'read' | 'write' | 'try' | 'release' | 'again' | 'abort' | 'downgrade';
  readonly pick: number;
  readonly settles: boolean;

  constructor(kind: Step['kind'], pick: number, settles: boolean) {
    this.kind = kind;
    this.pick = pick;
    this.settles = settles;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    this.perform(model, real);
    verify(model, real);
    if (!this.settles) return;
    await quiescence();
    verify(model, real);
    same('granted', [...real.guards.keys()].sort().join(), [...model.holders.keys()].sort().join());
  }

  toString(): string {
    return `${this.kind} ${this.pick}${this.settles ? '' : ' +'}`;
  }

  private perform(model: Model, real: Real): void {
    const id = `r${model.fates.size}`;
    if (this.kind === 'read' || this.kind === 'write') {
      model.request(id, this.kind);
      return real.request(id, this.kind);
    }
    if (this.kind === 'try') return this.attempt(id, model, real);
    if (this.kind === 'again') return real.ended[this.pick % real.ended.length]?.release();
    if (this.kind === 'abort') return this.abort(model, real);
    const held = [...real.guards].at(this.pick % Math.max(1, real.guards.size));
    if (held !== undefined) this.end(held, model, real);
  }

  private attempt(id: string, model: Model, real: Real): void {
    const mode = this.pick % 2 === 0 ? 'read' : 'write';
    const guard = mode === 'read' ? real.lock.tryRead() : real.lock.tryWrite();
    same('try', guard !== undefined, model.tryRequest(id, mode));
    if (guard !== undefined) real.guards.set(id, guard);
  }

  private abort(model: Model, real: Real): void {
    const picked = [...real.controllers].at(this.pick % Math.max(1, real.controllers.size));
    if (picked === undefined) return;
    model.abort(picked[0], true);
    picked[1].abort('gone');
  }

  private end([id, guard]: readonly [string, AnyGuard], model: Model, real: Real): void {
    real.ended.push(guard);
    if (this.kind === 'downgrade' && 'downgrade' in guard) {
      real.guards.set(id, guard.downgrade());
      return model.convert(id, 'read');
    }
    real.guards.delete(id);
    guard.release();
    model.release(id);
  }
}

function verify(model: Model, { lock }: Real): void {
  const modes = [...model.holders.values()];
  const expected = [modes.filter((mode) => mode === 'read').length, modes.includes('write'), model.queue.length];
  same('the lock', [lock.readers, lock.isWriting, lock.waiters].join(), expected.join());
}

describe('a readers-writer lock, beside its model, over long random runs', () => {
  it('looks as the model says after every step', { timeout: 10 * 60_000 }, async () => {
    const kinds = ['read', 'write', 'try', 'release', 'again', 'abort', 'downgrade'] as const;
    const arbitraries = [...kinds, 'release' as const].map((kind) =>
      fc.tuple(fc.nat(20), fc.boolean()).map(([pick, settles]) => new Step(kind, pick, settles)),
    );
    const steps = fc.commands(arbitraries, { size: 'large', maxCommands: 150 });
    await fc.assert(
      fc.asyncProperty(steps, (run) =>
        fc.asyncModelRun(() => ({ model: new LockModel<RwMode>(rwFits), real: new Real() }), run),
      ),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
