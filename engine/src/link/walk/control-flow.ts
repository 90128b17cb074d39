import type { BranchOp, LoopOp, Op, SwitchOp } from '../../facts/format.js';
import { distinct, stateKey, withoutHold, type State } from '../state.js';
import { compact, type Context, type Exit, type Flow } from './flow.js';
import type { Walk } from './walk.js';

export function branch(walk: Walk, op: BranchOp, states: State[], context: Context): Flow {
  const inside = { ...context, conditional: true };
  // `a || b` and `a ?? b` take their second part when the first is not there.
  const outcome = op.form !== '||' && op.form !== '??';
  const taking = (taken: boolean) =>
    states.flatMap((state) => walk.conditions.refine(op.test, state, taken === outcome));
  const then = walk.exec(op.then, taking(true), inside);
  const otherwise = walk.exec(op.else, taking(false), inside);
  return { next: [...then.next, ...otherwise.next], exits: [...then.exits, ...otherwise.exits] };
}

export function loop(walk: Walk, op: LoopOp, states: State[], context: Context): Flow {
  const inside = { ...context, loops: [...context.loops, op.span], conditional: op.form !== 'do' };
  const exits: Exit[] = [];
  let current = states;
  const after: State[] = [];
  const begun = new Set<string>();
  // Twice is enough to see what one round leaves for the next, and once where it leaves nothing: loops in loops would double with each.
  for (let round = 0; round < 2 && current.length > 0; round++) {
    for (const state of current) begun.add(roundKey(state));
    const head = walk.exec(op.head, current, inside);
    exits.push(...head.exits);
    const told = (outcome: boolean) =>
      op.test ? head.next.flatMap((state) => walk.conditions.refine(op.test!, state, outcome)) : head.next;
    const isTested = op.form !== 'do' || round > 0;
    if (!op.forever && isTested) after.push(...told(false));
    const body = walk.exec(op.body, isTested ? told(true) : head.next, inside);
    const leaving = (kind: Exit['kind']) => body.exits.filter((exit) => exit.kind === kind && isFor(op, exit));
    const [broken, continued] = [leaving('break'), leaving('continue')];
    exits.push(...body.exits.filter((exit) => !broken.includes(exit) && !continued.includes(exit)));
    after.push(...broken.map((exit) => exit.state));
    const update = walk.exec(op.update, [...body.next, ...continued.map((exit) => exit.state)], inside);
    exits.push(...update.exits);
    const ended = distinct(update.next);
    current = ended.filter((state) => !begun.has(roundKey(state)));
    if (op.form === 'do' && current.length < ended.length) after.push(...head.next);
  }
  if (!op.forever) after.push(...current);
  return { next: distinct(after), exits: compact(exits) };
}

export function switchOp(walk: Walk, op: SwitchOp, states: State[], context: Context): Flow {
  const inside = { ...context, conditional: true };
  const exits: Exit[] = [];
  const after: State[] = [];
  let falling: State[] = [];
  for (const part of op.cases) {
    const test = walk.exec(part.test, states, inside);
    const body = walk.exec(part.body, [...falling, ...test.next], inside);
    for (const exit of body.exits) {
      if (exit.kind === 'break' && isFor(op, exit)) after.push(exit.state);
      else exits.push(exit);
    }
    falling = body.next;
  }
  after.push(...falling);
  if (!op.cases.some((part) => part.isDefault)) after.push(...states);
  return { next: after, exits };
}

export function block(walk: Walk, op: Extract<Op, { op: 'block' }>, states: State[], context: Context): Flow {
  const flow = walk.exec(op.body, states, context);
  const next = [...flow.next];
  const exits: Exit[] = [];
  for (const exit of flow.exits) {
    if (exit.kind === 'break' && op.label !== undefined && exit.label === op.label) next.push(exit.state);
    else exits.push(exit);
  }
  // `using` releases at the end of its block, whichever way it is left.
  const inside = (state: State) =>
    state.holds.filter((hold) => hold.form === 'using' && op.span[0] <= hold.span[0] && hold.span[1] <= op.span[1]);
  const close = (state: State) => inside(state).reduce(withoutHold, state);
  return { next: next.map(close), exits: exits.map((exit) => ({ ...exit, state: close(exit.state) })) };
}

/** What a round begins with: a path that is sure is worth a round although a guessed one was there before. */
const roundKey = (state: State) => `${stateKey(state)}${state.guessed ? '?' : ''}`;

function isFor(op: LoopOp | SwitchOp, exit: Exit): boolean {
  return exit.label === undefined || exit.label === op.label;
}
