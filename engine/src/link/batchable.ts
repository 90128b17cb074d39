import type { CallOp, LoopOp } from '../facts/format.js';
import { neverThrows } from './callee.js';
import { openTo } from './openness.js';
import type { Linked } from './linked.js';
import type { Section } from './section.js';
import { isPlainContainer, neverSuspends } from './settled.js';
import { whoSeesStart } from './start-order.js';
import { callsOf } from './use.js';

/** Why it might be noticed that the items of a loop are worked on together, in one section a little later. */
export function whoNoticesBatch(project: Linked, section: Section, loop: LoopOp): string | undefined {
  const { lock, unit, fn } = section;
  const open = openTo(project, lock);
  if (open) return `${open} may take it between two items`;
  if (!neverSuspends(project, section)) return 'the section waits for each item, now for all of them before it ends';
  const thrower = mayThrow(project, section);
  if (thrower) return `\`${thrower}\` may throw: that no longer ends the loop at its item`;
  const seen = whoSeesStart(project, unit, fn, loop.span[0]);
  if (seen) return `the items are worked on in a later turn: ${seen} can notice`;
  const kept = callsOf(project, unit, fn).find(({ op }) => !op.args.every(({ v }) => v === 'array' || v === 'call'));
  if (kept) return 'the list of the items is kept by a caller, which may change it meanwhile';
  return undefined;
}

/** What in the section may throw, as written: a `throw`, or a call that is not known never to. */
function mayThrow(project: Linked, section: Section): string | undefined {
  const { unit } = section;
  const released = section.trace.releases.map(({ span }) => span[0]);
  for (const { op, fn: within } of section.steps) {
    if (op.op === 'throw') return unit.slice(op.span);
    if (op.op === 'call' && !released.includes(op.span[0]) && !isSure(project, section, within, op))
      return unit.slice(op.span);
  }
  return undefined;
}

const CONTAINER = /^(?:get|set|has|add|delete|push|unshift|at|keys|values|entries)$/;

function isSure(project: Linked, { unit }: Section, fn: number, op: CallOp): boolean {
  if (neverThrows(project.entities, unit, fn, op)) return true;
  const { callee } = op;
  return callee.v === 'member' && CONTAINER.test(callee.name) && isPlainContainer(project, unit, fn, callee.of);
}
