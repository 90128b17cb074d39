import type { BranchOp, LoopOp, Op, SwitchOp, TryOp, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { join, type Knowledge } from './knowledge.js';

/** A way out of a list of operations other than its end. */
export interface Exit {
  readonly kind: 'return' | 'throw' | 'break' | 'continue';
  readonly label?: string;
  readonly known: Knowledge;
}

/** What is known where control comes out; `next` is undefined when it never reaches the end. */
export interface Outcome {
  readonly next: Knowledge | undefined;
  readonly exits: readonly Exit[];
}

/** What the operations that are no control flow do to what is known. */
export interface Steps {
  plain(op: Op, known: Knowledge, fn: number): Knowledge;
  /** Control goes on only if a test comes out as told; `at` names the test. */
  tested(test: Value, outcome: boolean, at: Span, known: Knowledge, op: Op, fn: number): Knowledge;
  /** Both ways of a branch meet again. */
  met(op: BranchOp, before: Knowledge, then: Knowledge, joined: Knowledge): Knowledge;
  returns(value: Value | undefined, known: Knowledge): void;
  /** A round of a loop begins: what expressions of the last one came to is gone. */
  nextRound(loop: LoopOp, known: Knowledge): Knowledge;
}

/** Code that people wrote stays far below. */
const MAX_STEPS = 60_000;
/** As many readings and values as most functions never have. */
const MUCH = 64;
/** Twice is enough to see what one round leaves for the next; deep inside, once must do. */
const MAX_LOOPS_WALKED_TWICE = 3;

/** Carries knowledge along all paths of a function, joined where paths meet. */
export class ControlFlow {
  private readonly steps: Steps;
  private budget = MAX_STEPS;
  private loopDepth = 0;
  /** By open `try`: what may be known when something in it throws. */
  private readonly throwing: (Knowledge | undefined)[] = [];

  constructor(steps: Steps) {
    this.steps = steps;
  }

  run(ops: readonly Op[], from: Knowledge | undefined, fn: number): Outcome {
    let known = from;
    const exits: Exit[] = [];
    for (const op of ops) {
      if (!known || !this.isAffordable(known)) break;
      this.mayThrow(known);
      const outcome = this.step(op, known, fn);
      known = outcome.next;
      exits.push(...outcome.exits);
    }
    if (known) this.mayThrow(known);
    return { next: known, exits };
  }

  /** A step costs the more, the more is known: all of it is carried along. */
  private isAffordable({ reads, values }: Knowledge): boolean {
    this.budget -= 1 + Math.floor((reads.size + values.size) / MUCH);
    if (this.budget < 0) this.isCutShort = true;
    return this.budget >= 0;
  }

  /** Whether the steps were too many, so that some paths were not followed to their ends. */
  isCutShort = false;

  private mayThrow(known: Knowledge): void {
    if (this.throwing.length > 0) this.throwing.push(join(this.throwing.pop(), known));
  }

  private step(op: Op, known: Knowledge, fn: number): Outcome {
    switch (op.op) {
      case 'branch':
        return this.branch(op, known, fn);
      case 'loop':
        return this.loop(op, known, fn);
      case 'switch':
        return this.switch(op, known, fn);
      case 'try':
        return this.try(op, known, fn);
      case 'block':
        return leaving(this.run(op.body, known, fn), op.label, false);
      case 'return':
        this.steps.returns(op.value, known);
        return { next: undefined, exits: [{ kind: 'return', known }] };
      case 'throw':
        return { next: undefined, exits: [{ kind: 'throw', known }] };
      case 'break':
      case 'continue':
        return { next: undefined, exits: [{ kind: op.op, ...(op.label ? { label: op.label } : {}), known }] };
      default:
        return { next: this.steps.plain(op, known, fn), exits: [] };
    }
  }

  private branch(op: BranchOp, known: Knowledge, fn: number): Outcome {
    const taken = op.form !== '||' && op.form !== '??';
    const then = this.run(op.then, this.steps.tested(op.test, taken, op.span, known, op, fn), fn);
    const otherwise = this.run(op.else, this.steps.tested(op.test, !taken, op.span, known, op, fn), fn);
    const next = join(then.next, otherwise.next);
    const met = then.next && otherwise.next && next ? this.steps.met(op, known, then.next, next) : next;
    return { next: met, exits: [...then.exits, ...otherwise.exits] };
  }

  private loop(op: LoopOp, known: Knowledge, fn: number): Outcome {
    const exits: Exit[] = [];
    const rounds = this.loopDepth++ < MAX_LOOPS_WALKED_TWICE ? 2 : 1;
    let current: Knowledge | undefined = known;
    let after: Knowledge | undefined;
    for (let round = 0; round < rounds && current; round++) {
      const tests = op.form !== 'do' || round > 0;
      const head: Outcome = tests ? this.run(op.head, current, fn) : { next: current, exits: [] };
      exits.push(...head.exits);
      const entered = tests ? this.decided(op, true, head.next, fn) : head.next;
      if (tests && !op.forever) after = join(after, this.decided(op, false, head.next, fn));
      const body = leaving(this.run(op.body, entered, fn), op.label, true);
      after = join(after, body.broken);
      exits.push(...body.exits);
      const update = this.run(op.update, body.next, fn);
      exits.push(...update.exits);
      current = update.next && this.steps.nextRound(op, update.next);
    }
    this.loopDepth--;
    if (!op.forever && current) {
      const last = this.run(op.head, current, fn);
      after = join(after, this.decided(op, false, last.next, fn));
    }
    return { next: after, exits };
  }

  private decided(op: LoopOp, outcome: boolean, known: Knowledge | undefined, fn: number): Knowledge | undefined {
    return known && op.test ? this.steps.tested(op.test, outcome, op.test.span, known, op, fn) : known;
  }

  private switch(op: SwitchOp, known: Knowledge, fn: number): Outcome {
    const exits: Exit[] = [];
    let after: Knowledge | undefined;
    let falling: Knowledge | undefined;
    let asked: Knowledge | undefined = known;
    op.cases.forEach((part, index) => {
      asked = this.run(part.test, asked, fn).next ?? asked;
      const at: Span = [op.span[0], op.span[0] + index + 1];
      const chosen = asked && this.steps.tested(op.on, true, at, asked, op, fn);
      const body = leaving(this.run(part.body, join(falling, chosen), fn), op.label, true, 'break');
      after = join(after, body.broken);
      exits.push(...body.exits);
      falling = body.next;
    });
    if (!op.cases.some((part) => part.isDefault)) after = join(after, asked);
    return { next: join(after, falling), exits };
  }

  private try(op: TryOp, known: Knowledge, fn: number): Outcome {
    this.throwing.push(undefined);
    const body = this.run(op.body, known, fn);
    let thrown = this.throwing.pop();
    let { next } = body;
    let exits: readonly Exit[] = body.exits;
    if (op.handler) {
      this.throwing.push(undefined);
      const handled = this.run(op.handler.body, thrown, fn);
      thrown = this.throwing.pop();
      next = join(next, handled.next);
      exits = [...exits.filter((exit) => exit.kind !== 'throw'), ...handled.exits];
    }
    if (thrown) this.mayThrow(thrown);
    if (!op.finalizer) return { next, exits };
    const finalizer = (from: Knowledge | undefined) => this.run(op.finalizer!.body, from, fn);
    const normal = finalizer(next);
    const after = [...exits, ...(thrown ? [{ kind: 'throw', known: thrown } as const] : [])].flatMap((exit): Exit[] => {
      const through = finalizer(exit.known);
      return [...through.exits, ...(through.next ? [{ ...exit, known: through.next }] : [])];
    });
    return { next: normal.next, exits: [...normal.exits, ...after] };
  }
}

/** Takes the exits that end a block or a round: `break`, and for a loop `continue`, without a label or with its own. */
function leaving(
  outcome: Outcome,
  label: string | undefined,
  isLoop: boolean,
  only?: 'break',
): Outcome & { readonly broken: Knowledge | undefined } {
  let { next } = outcome;
  let broken: Knowledge | undefined;
  const exits = outcome.exits.filter((exit) => {
    const mine = exit.label === undefined ? isLoop : exit.label === label;
    if (!mine || (exit.kind !== 'break' && exit.kind !== 'continue') || (only && exit.kind !== only)) return true;
    if (exit.kind === 'break' && isLoop) broken = join(broken, exit.known);
    else next = join(next, exit.known);
    return false;
  });
  return { next, exits, broken };
}
