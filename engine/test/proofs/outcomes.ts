import { outcomesOf } from '@lockwise/runtime/testing';
import type { Ending, Program } from './program.js';

/** How a program ends over all its schedules. */
export interface Outcomes {
  readonly schedules: number;
  readonly endings: ReadonlyMap<string, Ending>;
}

/** Runs a program under every schedule. */
export async function explored(program: Program): Promise<Outcomes> {
  const runs: Ending[] = [];
  const { schedules, outcomes } = await outcomesOf(async (run) => {
    const ending: Ending = { tasks: {}, seen: undefined };
    runs.push(ending);
    await program(run, ending);
  });
  // Tasks that throw are noted; what throws beyond them is a mistake in the proof.
  for (const { outcome } of outcomes) if (outcome.kind === 'threw') throw outcome.error;
  return { schedules, endings: new Map(runs.map((ending) => [endingText(ending), ending])) };
}

/** `a 1, b throws Error("no"), c waits for ever; then [2]`. */
function endingText({ tasks, seen }: Ending): string {
  const each = Object.entries(tasks).map(([name, result]) => `${name} ${result ?? 'waits for ever'}`);
  return `${each.join(', ')}${seen === undefined ? '' : `; then ${seen}`}`;
}

/** How the outcomes of a changed program stand to those of the original. */
export interface Comparison {
  readonly schedules: readonly [before: number, after: number];
  /** Outcomes that only the changed program has, those apart which complete a run that hung. */
  readonly added: readonly string[];
  /** Outcomes of the changed program that complete a run of the original which hung. */
  readonly completed: readonly string[];
  /** Outcomes that only the original has. */
  readonly gone: readonly string[];
  readonly kept: number;
}

export function compared(before: Outcomes, after: Outcomes): Comparison {
  const fresh = [...after.endings].filter(([text]) => !before.endings.has(text));
  const hung = [...before.endings.values()].filter(isHung);
  const completes = ([, ending]: readonly [string, Ending]) => hung.some((partial) => extendsTo(partial, ending));
  return {
    schedules: [before.schedules, after.schedules],
    added: fresh.filter((entry) => !completes(entry)).map(([text]) => text),
    completed: fresh.filter(completes).map(([text]) => text),
    gone: [...before.endings.keys()].filter((text) => !after.endings.has(text)),
    kept: after.endings.size - fresh.length,
  };
}

function isHung({ tasks }: Ending): boolean {
  return Object.values(tasks).includes(undefined);
}

/** Whether a run that hung could have ended so: what its tasks had come to by then is what they come to. */
function extendsTo(partial: Ending, ending: Ending): boolean {
  return (
    !isHung(ending) &&
    Object.entries(partial.tasks).every(([name, result]) => result === undefined || result === ending.tasks[name])
  );
}
