import type { AwaitOp, BranchOp, CallOp, LoopOp, Op, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { lockAction, type Action } from '../action.js';
import { callbackTiming, calleeNames } from '../callee.js';
import { cellAccesses, overlap, type CellAccess } from '../cell.js';
import { contains } from '../enclosing.js';
import { cutShort } from '../cut-short.js';
import type { Linked } from '../linked.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold } from '../state.js';
import type { Target } from '../called-function.js';
import type { Unit } from '../unit.js';
import { ControlFlow, type Steps } from './control-flow.js';
import { isRenewed, replaces, type Dependence } from './dependence.js';
import {
  cross,
  isExcluding,
  isOlder,
  join,
  NONE,
  nothingKnown,
  readKey,
  union,
  withClaim,
  withGuard,
  withoutReadsOf,
  withValue,
  type Guard,
  type Knowledge,
  type Live,
} from './knowledge.js';
import { outsideAccess } from './outside.js';
import { Readings } from './readings.js';
import { assertedReads, returnedReads, throws } from './called-reads.js';

/** What the flow of one function has shown. */
export interface Flow {
  readonly dependences: readonly Dependence[];
  /** Functions whose bodies were part of it, for they run within it. */
  readonly entered: ReadonlySet<number>;
  /** Calls that one task at a time makes: the promise is stored where the function has just looked for one. */
  readonly singleFlight: ReadonlySet<number>;
}

/** Follows what one function reads to what it does because of that, over all its paths and across its suspensions. */
export function followReads(project: Linked, unit: Unit, fn: number): Flow {
  return new Following(project, unit, fn).run();
}

class Following implements Steps {
  private readonly project: Linked;
  private readonly unit: Unit;
  private readonly root: number;
  private readonly control = new ControlFlow(this);
  private readonly dependences = new Map<string, Dependence>();
  private readonly entered = new Set<number>();
  private readonly singleFlight = new Set<number>();
  private readonly readings = new Readings();
  private readonly always: ReadonlyMap<Op, readonly Hold[]>;
  /** By open callback: the readings that its result comes from. */
  private readonly results: ReadonlySet<string>[] = [NONE];

  constructor(project: Linked, unit: Unit, root: number) {
    this.project = project;
    this.unit = unit;
    this.root = root;
    const trace = project.summaries.mayLock({ unit, fn: root }) ? project.summaries.trace(unit, root) : undefined;
    this.always = new Map(trace?.visits.map((visit) => [visit.op, visit.always]));
  }

  run(): Flow {
    this.control.run(this.unit.fn(this.root).body, nothingKnown, this.root);
    if (this.control.isCutShort) cutShort(this.unit, this.root);
    return {
      dependences: [...this.dependences.values()],
      entered: this.entered,
      singleFlight: this.singleFlight,
    };
  }

  plain(op: Op, known: Knowledge, fn: number): Knowledge {
    switch (op.op) {
      case 'read':
        return this.read(op, known, fn, op.cell.v === 'index' ? op.cell.key : undefined);
      case 'await':
        return cross(known, { span: op.span, ...this.acquired(op) }, this.under(op));
      case 'using':
        return withValue(known, `b${op.binding}`, this.readings.of(op.value, known));
      case 'assign': {
        const from = this.readings.of(op.value, known);
        let after = known;
        const entry = op.target.v === 'index' ? op.target.key : undefined;
        for (const cell of this.cells(fn, op)) after = this.write(cell, op, fn, from, after, op.value, entry);
        if (op.target.v !== 'bind') return after;
        const name = `b${op.target.id}`;
        return withValue(after, name, op.how === 'update' ? union(after.values.get(name), from) : from);
      }
      case 'call':
        return this.call(op, known, fn);
      default:
        return known;
    }
  }

  tested(test: Value, outcome: boolean, at: Span, known: Knowledge, op: Op, fn: number): Knowledge {
    const reads = this.readings.of(test, known);
    if (reads.size === 0) return known;
    const guard: Guard = {
      span: at,
      test,
      outcome,
      asserts: op.op === 'branch' && throws(outcome ? op.else : op.then),
      reads,
    };
    this.depend(reads, 'test', op, fn, known, guard);
    return withGuard(known, guard);
  }

  /** `if (busy) await other;`: whoever waited goes on by what it tested before, like all others who waited. */
  met(op: BranchOp, before: Knowledge, then: Knowledge, joined: Knowledge): Knowledge {
    if (op.form !== 'if' || op.else.length > 0) return joined;
    const reads = this.readings.of(op.test, before);
    const waited = [...reads].filter((key) => {
      const [one, other] = [before.reads.get(key), then.reads.get(key)];
      return one !== undefined && other !== undefined && isOlder(other, one);
    });
    if (waited.length === 0) return joined;
    return withGuard(joined, {
      span: op.span,
      test: op.test,
      outcome: true,
      asserts: false,
      waits: true,
      reads: new Set(waited),
    });
  }

  returns(value: Value | undefined, known: Knowledge): void {
    if (value) this.results.push(union(this.results.pop(), this.readings.of(value, known)));
  }

  nextRound(loop: LoopOp, known: Knowledge): Knowledge {
    const isInLoop = (span: Span) => contains(loop.span, span);
    const isOutcome = (name: string) =>
      name.startsWith('c') && isInLoop(this.unit.call(Number(name.slice(1)))!.op.span);
    const values = new Map([...known.values].filter(([name]) => !isOutcome(name)));
    const kept = new Set(
      [...values.values(), ...known.guards.map((guard) => guard.reads)].flatMap((keys) => [...keys]),
    );
    const reads = new Map([...known.reads].filter(([key, { read }]) => kept.has(key) || !isInLoop(read.op.span)));
    return { ...known, values, reads };
  }

  private under(op: Op): readonly Hold[] {
    return this.always.get(op) ?? [];
  }

  private cells(fn: number, op: Op): readonly CellAccess[] {
    let cells = this.accesses.get(op);
    if (!cells) this.accesses.set(op, (cells = cellAccesses(this.project.entities, this.unit, fn, op)));
    return cells;
  }

  private readonly accesses = new Map<Op, readonly CellAccess[]>();

  private withRead(known: Knowledge, cell: CellAccess, op: Op, fn: number, entry?: Value): Knowledge {
    return this.readings.add(known, { cell, op, fn, under: this.under(op), ...(entry ? { entry } : {}) });
  }

  private read(op: Op, known: Knowledge, fn: number, entry?: Value): Knowledge {
    let after = known;
    for (const cell of this.cells(fn, op)) if (cell.how === 'read') after = this.withRead(after, cell, op, fn, entry);
    return after;
  }

  private call(op: CallOp, known: Knowledge, fn: number): Knowledge {
    const entry = op.args[0];
    let after = this.outside(op, this.read(op, known, fn, entry), fn);
    let from = this.readings.ofAll(op.args, after);
    if (op.callee.v === 'member') from = union(from, this.readings.of(op.callee.of, after));
    from = union(from, this.readings.at(after, op.span));
    for (const cell of this.cells(fn, op))
      if (cell.how === 'write')
        after = this.write(cell, op, fn, this.readings.ofAll(op.args, after), after, undefined, entry);
    const target = this.called(op, fn);
    if (target && !target.unit.fn(target.fn).async) {
      for (const cell of returnedReads(this.project, target, this.unit, fn, op)) {
        after = this.withRead(after, cell, op, fn);
        from = union(from, new Set([readKey(op.span, cell.id)]));
      }
      for (const cell of assertedReads(this.project, target, this.unit, fn, op)) {
        after = this.withRead(after, cell, op, fn);
        const reads = new Set([readKey(op.span, cell.id)]);
        after = withGuard(after, { span: op.span, test: op.callee, outcome: true, asserts: true, reads });
      }
    }
    if (target && !op.isNew) this.writesOf(target, op, fn, after);
    const result = this.callbacks(op, after, fn);
    // Work that a section waits for is done because of every condition that had to hold for it to be reached.
    if (op.result === 'await' || op.result === 'return')
      for (const guard of after.guards) if (guard.asserts) this.depend(guard.reads, 'guard', op, fn, after, guard);
    return withValue(result.known, `c${op.id}`, union(from, result.from));
  }

  /** A record that one section reads, and a later one writes. */
  private outside(op: CallOp, known: Knowledge, fn: number): Knowledge {
    const cell = this.under(op).length > 0 ? outsideAccess(this.project.entities, this.unit, fn, op) : undefined;
    if (!cell) return known;
    if (cell.how === 'read') return this.withRead(known, cell, op, fn, op.args[0]);
    this.depend(this.readings.ofAll(op.args.slice(1), known), 'value', op, fn, known, undefined, cell, op.args[0]);
    return withoutReadsOf(known, (read) => replaces(cell, read));
  }

  /** A method of the object's own is looked for in whatever file its super class stands. */
  private called(op: CallOp, fn: number): Target | undefined {
    const isOwn = op.callee.v === 'member' && (op.callee.of.v === 'this' || op.callee.of.v === 'super');
    return isOwn
      ? this.project.suspensions.called(this.unit, fn, op)
      : this.project.summaries.target(this.unit, fn, op);
  }

  /** What a method of the project writes is written because of the arguments, and of the tests that led to the call. */
  private writesOf(target: Target, op: CallOp, fn: number, known: Knowledge): void {
    if (this.under(op).length === 0) return;
    const from = this.readings.ofAll(op.args, known);
    for (const cell of this.project.reach.of(target)) {
      if (cell.how !== 'write') continue;
      this.depend(from, 'value', op, fn, known, undefined, { ...cell, span: op.span });
      for (const guard of known.guards)
        this.depend(guard.reads, 'guard', op, fn, known, guard, { ...cell, span: op.span });
    }
  }

  // ---- callbacks ------------------------------------------------------------------------------------------------

  private callbacks(op: CallOp, known: Knowledge, fn: number): { known: Knowledge; from: ReadonlySet<string> } {
    let after = known;
    let from = NONE;
    for (const argument of op.args) {
      if (argument.v !== 'fn') continue;
      const sections = this.sectionsOf(op, fn).filter((action) => action.callback === argument);
      if (sections.length === 0 && !this.runsHere(op, argument.id, fn)) continue;
      let before = after;
      for (const { ref } of sections) before = cross(before, { span: op.span, acquires: ref }, this.under(op));
      if (isReaction(op)) before = cross(before, { span: op.span }, this.under(op));
      const result = this.enter(argument.id, before);
      from = union(from, result.from);
      after = (sections.length > 0 ? result.known : join(after, result.known)) ?? after;
    }
    return { known: after, from };
  }

  private sectionsOf(op: CallOp, fn: number): readonly Extract<Action, { do: 'section' }>[] {
    const own = lockAction(this.project.entities, this.unit, fn, op);
    const actions = own ? [own] : this.project.summaries.of(this.unit, fn, op);
    return actions.flatMap((action) => (action.do === 'section' ? [action] : []));
  }

  /** Callbacks of `map` that suspend overlap each other: each is a task of its own. */
  private runsHere(op: CallOp, callback: number, fn: number): boolean {
    if (callbackTiming(this.project.entities, this.unit, fn, op) !== 'now') return false;
    const names = calleeNames(this.project.entities, this.unit, fn, op);
    return !this.unit.fn(callback).async || !names.some((name) => OVER_ITEMS.test(name));
  }

  private enter(fn: number, known: Knowledge): { known: Knowledge | undefined; from: ReadonlySet<string> } {
    if (this.results.length > MAX_NESTING) return { known, from: NONE };
    this.entered.add(fn);
    this.results.push(NONE);
    const outcome = this.control.run(this.unit.fn(fn).body, known, fn);
    const from = this.results.pop()!;
    let after = outcome.next;
    for (const exit of outcome.exits) if (exit.kind === 'return') after = join(after, exit.known);
    return { known: after && { ...after, guards: known.guards }, from };
  }

  // ---- suspensions ----------------------------------------------------------------------------------------------

  private acquired(op: AwaitOp): { acquires?: LockRef } {
    const call = op.of?.v === 'call' ? this.unit.call(op.of.id) : undefined;
    if (!call) return {};
    const own = lockAction(this.project.entities, this.unit, call.fn, call.op);
    const actions = own ? [own] : this.project.summaries.of(this.unit, call.fn, call.op);
    const acquire = actions.find((action) => action.do === 'acquire');
    return acquire ? { acquires: acquire.ref } : {};
  }

  // ---- writes ---------------------------------------------------------------------------------------------------

  private write(
    cell: CellAccess,
    op: Op,
    fn: number,
    from: ReadonlySet<string>,
    known: Knowledge,
    value?: Value,
    entry?: Value,
  ): Knowledge {
    this.depend(from, 'value', op, fn, known, undefined, cell, entry);
    for (const guard of known.guards) this.depend(guard.reads, 'guard', op, fn, known, guard, cell, entry);
    const claims = new Set(known.claims);
    if (!this.isClaim(cell, known)) {
      claims.delete(cell.id);
      return withoutReadsOf({ ...known, claims }, (read) => replaces(cell, read));
    }
    claims.add(cell.id);
    if (value) this.flies(value);
    return withoutReadsOf(withClaim({ ...known, claims }, cell.id), (read) => replaces(cell, read));
  }

  /** The cell was tested in this very segment, and whoever tests it from now on sees what is written here. */
  private isClaim(cell: CellAccess, known: Knowledge): boolean {
    return known.guards.some(
      (guard) =>
        guard.waits === undefined &&
        [...guard.reads].some((key) => {
          const live = known.reads.get(key);
          return live !== undefined && live.crossed.length === 0 && replaces(cell, live.read.cell);
        }),
    );
  }

  private flies(value: Value): void {
    if (value.v === 'call') {
      this.singleFlight.add(value.id);
      const op = this.unit.call(value.id)?.op;
      if (op?.callee.v === 'member') this.flies(op.callee.of);
    } else if (value.v === 'bind') {
      const { init } = this.unit.facts.bindings[value.id]!;
      if (init?.v === 'call') this.flies(init);
    }
  }

  private depend(
    reads: ReadonlySet<string>,
    through: Dependence['through'],
    op: Op,
    fn: number,
    known: Knowledge,
    guard?: Guard,
    write?: CellAccess,
    entry?: Value,
  ): void {
    const under = this.under(op);
    for (const key of reads) {
      const live = known.reads.get(key);
      if (!live || live.crossed.length === 0 || (guard && isSuperseded(known, live))) continue;
      const isReplaced = write !== undefined && replaces(write, live.read.cell);
      if (!isReplaced && (under.length === 0 || live.read.cell.outside)) continue;
      const all = known.guards.reduce<ReadonlySet<string>>((set, one) => union(set, one.reads), reads);
      const found: Dependence = {
        read: live.read,
        ...(write ? { write } : {}),
        ...(entry ? { entry } : {}),
        ...(guard ? { guard } : {}),
        through,
        op,
        fn,
        crossed: live.crossed,
        excluding: new Set([...live.excluding].filter((by) => isExcluding(by, known, under))),
        under,
        renewed: isRenewed(known, all, live.read.cell, under),
      };
      const name = `${key} ${op.span[0]}-${op.span[1]} ${through} ${write?.id ?? ''} ${guard?.span[0] ?? ''}`;
      const before = this.dependences.get(name);
      // The same on another path: what is unsafe there counts.
      if (!before || before.excluding.size > found.excluding.size || (before.renewed && !found.renewed))
        this.dependences.set(name, found);
    }
  }
}

const MAX_NESTING = 7;
const OVER_ITEMS = /^(?:\.(?:map|forEach|flatMap|filter|some|every|find|reduce)|Array\.from)$/;

/** The same was tested again later on the way here: that test is what counts. */
function isSuperseded(known: Knowledge, live: Live): boolean {
  return known.guards.some((guard) =>
    [...guard.reads].some((key) => {
      const other = known.reads.get(key);
      return other !== undefined && isOlder(live, other) && overlap(other.read.cell.id, live.read.cell.id);
    }),
  );
}

/** `promise.then(…)`: the callback runs after others may have run. */
function isReaction(op: CallOp): boolean {
  return op.callee.v === 'member' && /^(then|catch|finally)$/.test(op.callee.name);
}
