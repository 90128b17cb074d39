/**
 * Reports a lock that is taken anew for every item of a loop: each item waits for its turn in the queue. Silent where
 * the loop also waits for something else per item, which then runs between two sections on purpose.
 */
import { batchProcessorFix } from '../../fixes/batch-processor.js';
import { ByUnit } from '../../link/by-unit.js';
import { contains } from '../../link/enclosing.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import { everyOp } from '../../link/unit.js';
import type { Check } from '../check.js';
import type { LoopOp } from '../../facts/format.js';

export const preferBatchProcessor: Check = {
  name: 'prefer-batch-processor',
  summary: 'A lock should be taken once for a batch, not once for every item.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const loop = isTakenInLoop(section) ? loopAround(section) : undefined;
      if (!loop || section.wrapper || section.ref.key !== undefined) continue;
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is taken and released once for every item of this loop: each of them queues behind everybody else who asks. Collect the items with a \`BatchProcessor\` and take the lock once for a batch.`,
        related: [
          { path: unit.path, span: [loop.span[0], loop.span[0] + 3], message: 'once for every round of this loop' },
        ],
        fix: () => batchProcessorFix(project, section, loop),
      });
    }
  },
};

/** Whether nothing but the section happens in the rounds of the loop over items that it stands in. */
export function isTakenInLoop(section: Section): boolean {
  const loop = loopAround(section);
  if (!loop) return false;
  const held = new Set(section.suspensions.map((step) => step.op));
  return [...everyOp(loop.body)].every(
    (op) => op.op !== 'await' || held.has(op) || contains(op.span, section.acquire.span),
  );
}

function loopAround(section: Section): LoopOp | undefined {
  const { unit, fn, acquire } = section;
  let loops = loopsOverItems.get(unit, fn);
  if (!loops) {
    loops = everyOp(unit.fn(fn).body).filter((op): op is LoopOp => op.op === 'loop' && op.form === 'for-of');
    loopsOverItems.set(unit, fn, loops);
  }
  return loops.findLast(({ span }) => contains(span, acquire.span));
}

const loopsOverItems = new ByUnit<number, readonly LoopOp[]>();
