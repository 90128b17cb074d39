import { readFileSync } from 'node:fs';
import { structuredPatch } from 'diff';
import { expect } from 'vitest';
import type { Finding } from '@lockwise/engine';
import { applied, filesOf, findings, SAMPLE, type Options } from '../checks/check-rule.js';
import { newTypeErrors } from '../checks/type-errors.js';
import { compared, explored, type Comparison } from './outcomes.js';
import { programOf, startOrder, withTasks } from './program.js';
import type { ByHand, ExpectedOutcomes, Proof } from './proof.js';

type Files = Readonly<Record<string, string>>;

const WORLD = readFileSync(new URL('world.d.ts', import.meta.url), 'utf8');

export interface Judgement {
  readonly proof: Proof;
  readonly comparison: Comparison;
  /** What the tool said: its tier and reason, or its refusal. */
  readonly verdict: string;
  /** The lines that the fix takes out and puts in; none where the tool made no fix. */
  readonly change: string | undefined;
}

/** Asserts what the tool says of a program, and how it ends after the fix over all schedules. */
export async function judge(rule: string, proof: Proof): Promise<Judgement> {
  if (proof.violates !== undefined)
    expect(proof.outcomes, 'a twin shows what would come of the fix').toHaveProperty('adds');
  const before = sampleOf(proof);
  const { after, verdict, byTool } = fixed(rule, proof, before);
  if (byTool) expect(newTypeErrors({ ...before, 'world.d.ts': WORLD }, { ...after, 'world.d.ts': WORLD })).toEqual([]);
  const order = startOrder(proof.tasks);
  const run = (files: Files) => explored(programOf({ ...files, ...proof.unseen }, order));
  const comparison = compared(await run(before), await run(after));
  assertOutcomes(comparison, proof.outcomes);
  return { proof, comparison, verdict, change: byTool ? changedLines(before, after) : undefined };
}

function sampleOf({ source, tasks, observe }: Proof): Files {
  const files = filesOf(source);
  return { ...files, [SAMPLE]: withTasks(files[SAMPLE]!, tasks, observe) };
}

interface FixedProgram {
  readonly after: Files;
  readonly verdict: string;
  readonly byTool: boolean;
}

function fixed(rule: string, { fix, outcomes, options }: Proof, before: Files): FixedProgram {
  const [finding] = findings(rule, before, 'strict', options);
  if ('silent' in fix) {
    expect(finding?.message).toBeUndefined();
    return { after: byHand(before, fix.byHand), verdict: 'not reported', byTool: false };
  }
  expect(finding, 'no finding').toBeDefined();
  if ('refused' in fix) {
    expect(finding!.fixes.filter(({ tier }) => tier !== 'manual')).toEqual([]);
    expect(finding!.message).toContain(fix.refused);
    return { after: byHand(before, fix.byHand), verdict: `refused: ${fix.refused}`, byTool: false };
  }
  const offered = finding!.fixes[fix.index ?? 0];
  expect(offered, finding!.message).toBeDefined();
  expect(offered!.reason ?? '').toContain(fix.tier === 'unsafe' ? fix.assumes : '');
  expect(offered!.tier, offered!.reason).toBe(fix.tier);
  if (fix.tier === 'safe') expect(outcomes, 'a safe fix adds nothing').not.toHaveProperty('adds');
  const after = applied(before, offered!.edits);
  assertIdempotent(rule, finding!, after, options);
  return { after, verdict: fix.tier === 'safe' ? 'safe' : `unsafe: ${offered!.reason!}`, byTool: true };
}

function assertIdempotent(rule: string, finding: Finding, after: Files, options?: Options): void {
  const again = findings(rule, after, 'strict', options).filter(
    ({ symbol, fixes }) => symbol === finding.symbol && fixes.length > 0,
  );
  expect(again.map(({ message }) => message)).toEqual([]);
}

function byHand(files: Files, replacements: ByHand): Files {
  const text = replacements.reduce((text, [from, to]) => {
    const [head, ...tail] = text.split(from);
    expect(tail.length, `occurrences of ${from}`).toBe(1);
    return head! + to + tail[0]!;
  }, files[SAMPLE]!);
  return { ...files, [SAMPLE]: text };
}

function assertOutcomes(comparison: Comparison, expected: ExpectedOutcomes): void {
  const { added, gone, completed } = comparison;
  if (expected === 'same') expect({ added, completed, gone }).toEqual({ added: [], completed: [], gone: [] });
  else if (expected === 'no more') expect(added).toEqual([]);
  else if ('adds' in expected) expect(added.join('\n')).toContain(expected.adds);
  else {
    const { removes, repairs } = expected;
    expect([...added, ...completed].filter((text) => repairs === undefined || !text.includes(repairs))).toEqual([]);
    expect(gone.join('\n')).toContain(removes);
  }
}

/** The changed lines, with `-` and `+`, file by file. */
function changedLines(before: Files, after: Files): string {
  return Object.keys(before)
    .filter((path) => before[path] !== after[path])
    .map((path) => {
      const { hunks } = structuredPatch(path, path, before[path]!, after[path]!, '', '', { context: 1 });
      return [path, ...hunks.flatMap(({ lines }) => ['…', ...lines])].join('\n');
    })
    .join('\n');
}
