import type { Op } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold, State } from '../state.js';
import type { Unit } from '../unit.js';
import type { Context } from './flow.js';
import type { ForeignRelease, Leak, ParamRun, Release, StrayRelease, Trace, UnheldRelease, Visit } from './trace.js';

/** What a walk has seen, each thing once however many paths and rounds come by. */
export class Recording {
  readonly entered = new Set<number>();
  private readonly visits = new Map<Op, Visit>();
  private readonly holds = new Map<number, Hold>();
  /** By call: the keys of the holds that it takes besides its first. */
  private readonly further = new Map<number, number[]>();
  private readonly leaks = new Map<string, Leak>();
  private readonly releases = new Map<string, Release>();
  private readonly strays = new Map<string, StrayRelease>();
  private readonly unheld = new Map<string, UnheldRelease>();
  private readonly transferred = new Set<Hold>();
  private readonly keptIn = new Map<Hold, string>();
  private readonly kept = new Set<Hold>();
  private readonly returned = new Set<Hold>();
  private readonly runs = new Map<string, ParamRun>();
  private readonly foreign = new Map<string, ForeignRelease>();
  private readonly references = new Map<number, Trace['references'][number]>();

  visit(op: Op, state: State, context: Context): void {
    const known = this.visits.get(op);
    if (!known) {
      const { fn, loops, cleanup, conditional } = context;
      const handedOver = state.holds.filter((hold) => state.transferred.has(hold));
      const { holds } = state;
      this.visits.set(op, { op, fn, holds: [...holds], always: holds, handedOver, loops, cleanup, conditional });
      return;
    }
    for (const hold of state.holds)
      if (state.transferred.has(hold) && !known.handedOver.includes(hold)) known.handedOver.push(hold);
    for (const hold of state.holds) if (!known.holds.includes(hold)) known.holds.push(hold);
    known.always = known.always.filter((hold) => state.holds.includes(hold));
  }

  /** The hold that a call was the first to take, whatever became of it. */
  holdOfCall(id: number): Hold | undefined {
    return this.holds.get(id);
  }

  /** A hold that a call takes. */
  findHoldOf(call: number, is: (hold: Hold) => boolean): Hold | undefined {
    const keys = [call, ...(this.further.get(call) ?? [])];
    return keys.flatMap((key) => this.holds.get(key) ?? []).find(is);
  }

  findHold(is: (hold: Hold) => boolean): Hold | undefined {
    for (const hold of this.holds.values()) if (is(hold)) return hold;
    return undefined;
  }

  addHold(hold: Hold): void {
    // One call of a wrapper may take several locks; the first has the call's own number.
    if (!this.holds.has(hold.call)) {
      this.holds.set(hold.call, hold);
      return;
    }
    const key = -1 - this.holds.size;
    this.holds.set(key, hold);
    this.further.set(hold.call, [...(this.further.get(hold.call) ?? []), key]);
  }

  /** The same taking in another form, which now stands for it: `using`, or what `.then` hands on. */
  reform(hold: Hold, form: Hold['form']): Hold {
    const known = this.findHoldOf(hold.call, (one) => one.form === form) ?? { ...hold, form };
    this.holds.set(hold.call, known);
    return known;
  }

  /** A path that ends while a lock is held. */
  left(hold: Hold, state: State, by: Leak['by'], at: Span): void {
    if (state.transferred.has(hold)) {
      this.transferred.add(hold);
      return;
    }
    if (by !== 'throw') this.kept.add(hold);
    addSurest(this.leaks, `${hold.call} ${by} ${at[0]}`, { hold, by, at, guessed: state.guessed });
  }

  release(hold: Hold, span: Span, context: Context): void {
    this.releases.set(`${hold.call} ${span[0]}`, { hold, span, cleanup: context.cleanup });
  }

  releaseWhenSettled(hold: Hold, span: Span, { cleanup }: Context): void {
    this.releases.set(`${hold.call} ${span[0]}`, { hold, span, cleanup, whenSettled: true });
  }

  stray(ref: LockRef, span: Span, before: Hold, { guessed }: State, context: Context): void {
    addSurest(this.strays, `${span[0]}`, { ref, span, before, fn: context.fn, guessed });
  }

  releaseUnheld(hold: Hold, span: Span, state: State, context: Context): void {
    const failed = hasFailed(state, hold);
    const { conditional } = context;
    addSurest(this.unheld, `${span[0]} ${failed}`, { hold, span, failed, conditional, guessed: state.guessed });
  }

  releaseForCaller(ref: LockRef, span: Span, { conditional }: Context): void {
    this.foreign.set(`${ref.id} ${span[0]}`, { ref, span, conditional });
  }

  keepIn(hold: Hold, field: string): void {
    this.keptIn.set(hold, field);
  }

  giveToCaller(hold: Hold): void {
    this.returned.add(hold);
  }

  run(run: ParamRun): void {
    // What the caller holds anyway is nothing that the function runs its callback under.
    const under = run.under.filter((hold) => hold.form !== 'required');
    addOnce(this.runs, `${run.binding} ${run.span[0]}`, { ...run, under });
  }

  reference(reference: Trace['references'][number]): void {
    this.references.set(reference.op.id, reference);
  }

  trace(unit: Unit, fn: number, unawaited: Trace['unawaited']): Trace {
    return {
      unit,
      fn,
      holds: [...this.holds.values()],
      visits: [...this.visits.values()],
      leaks: [...this.leaks.values()],
      releases: [...this.releases.values()],
      strays: [...this.strays.values()],
      unheld: [...this.unheld.values()],
      transferred: this.transferred,
      keptIn: this.keptIn,
      kept: [...this.kept],
      returned: [...this.returned],
      unawaited,
      runs: [...this.runs.values()],
      foreign: [...this.foreign.values()],
      references: [...this.references.values()],
      entered: this.entered,
    };
  }
}

/** Marks of the paths on which a request has failed, kept with what is known of variables. */
export const failedRequest = (hold: Hold) => `failed ${hold.call}`;
const hasFailed = (state: State, hold: Hold) => state.truth.get(failedRequest(hold)) === true;

function addSurest<K, V extends { readonly guessed: boolean }>(map: Map<K, V>, key: K, value: V): void {
  const before = map.get(key);
  if (!before || (before.guessed && !value.guessed)) map.set(key, value);
}

function addOnce<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value);
}
