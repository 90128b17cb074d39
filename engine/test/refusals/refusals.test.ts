import { describe, expect, it } from 'vitest';
import { filesBelow } from '../../../test/meta/sources.js';
import { filesOf, SAMPLE, type Sample } from '../checks/check-rule.js';
import { withTasks } from '../proofs/program.js';
import type { Proof, RuleProofs } from '../proofs/proof.js';
import atomicity from './cases/atomicity.js';
import holdTime from './cases/hold-time.js';
import protocol from './cases/protocol.js';
import rightSizing from './cases/right-sizing.js';
import { clauses } from './clauses.js';
import { clausesTold, type Told } from './told.js';

const rulesProven = filesBelow('engine/test/proofs/cases', /\.ts$/).map((path) => path.replace(/^.*\/|\.ts$/g, ''));
const samples: readonly Told[] = [...atomicity, ...holdTime, ...protocol, ...rightSizing];
const told = new Set<string>();

describe('a fix is refused, or not safe, and the message says why', () => {
  for (const { rule, says, sample, options, decorators } of samples)
    it(`${rule}: ${says}`, () => {
      const found = clausesTold(rule, sample, options, decorators);
      expect(found).toContain(says);
      found.forEach((clause) => told.add(clause));
    });
});

it('whatever a fix may say is said of some sample here, or of a program whose fix is proven', async () => {
  for (const { rule, proofs } of await Promise.all(rulesProven.map(proofsIn)))
    for (const proof of proofs)
      for (const clause of clausesTold(rule, sampleOf(proof), proof.options)) told.add(clause);
  const unsaid = clauses().filter(({ pattern }) => ![...told].some((clause) => pattern.test(clause)));
  expect(unsaid.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
});

async function proofsIn(rule: string): Promise<RuleProofs> {
  return ((await import(`../proofs/cases/${rule}.ts`)) as { readonly default: RuleProofs }).default;
}

function sampleOf({ source, tasks, observe }: Proof): Sample {
  const files = filesOf(source);
  return { ...files, [SAMPLE]: withTasks(files[SAMPLE]!, tasks, observe) };
}
