import type { TryOp } from '../../facts/format.js';
import type { State } from '../state.js';
import { compact, type Context, type Exit, type Flow } from './flow.js';
import type { Walk } from './walk.js';

/** `try`: what is thrown enters the handler, and every way out goes through `finally`. */
export function tryOp(walk: Walk, op: TryOp, states: State[], context: Context): Flow {
  const guarded = handled(walk, op, walk.exec(op.body, states, context), context);
  if (!op.finalizer) return guarded;
  const last = { ...context, cleanup: true };
  const { body } = op.finalizer;
  const normal = walk.exec(body, guarded.next, last);
  const exits: Exit[] = [...normal.exits];
  for (const exit of guarded.exits) {
    const through = walk.exec(body, [exit.state], last);
    exits.push(...through.exits, ...through.next.map((state) => ({ ...exit, state })));
  }
  return { next: normal.next, exits: compact(exits) };
}

function handled(walk: Walk, op: TryOp, body: Flow, context: Context): Flow {
  if (!op.handler) return body;
  const thrown = body.exits.filter((exit) => exit.kind === 'throw').map((exit) => exit.state);
  const handler = walk.exec(op.handler.body, thrown, { ...context, cleanup: true, conditional: true });
  return {
    next: [...body.next, ...handler.next],
    exits: [...body.exits.filter((exit) => exit.kind !== 'throw'), ...handler.exits],
  };
}
