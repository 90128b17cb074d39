import ts from 'typescript';
import * as asyncMutex from 'async-mutex';
import * as runtime from '@lockwise/runtime';
import { compareOutcomes, type OutcomeComparison, type Run } from '@lockwise/runtime/testing';
import { expect } from 'vitest';
import { findings, SAMPLE } from './check-rule.js';

/** A program under test: its sample exports `program(run)`, which returns all that can be observed. */
type Exports = { program(run: Run): unknown };

const MODULES: Readonly<Record<string, unknown>> = { 'async-mutex': asyncMutex, '@lockwise/runtime': runtime };

/** Compares a program with what the first fix of its first finding makes of it, over all schedules of both. */
export async function refinement(rule: string, sample: string, index = 0): Promise<OutcomeComparison<unknown>> {
  const [finding] = findings(rule, sample);
  const fix = finding?.fixes[index];
  expect(fix, finding?.message ?? 'no finding').toBeDefined();
  let text = sample;
  for (const edit of [...fix!.edits].reverse())
    text = text.slice(0, edit.span[0]) + edit.text + text.slice(edit.span[1]);
  return compare(sample, text);
}

/** Compares two programs over all schedules of both. */
export async function compare(before: string, after: string): Promise<OutcomeComparison<unknown>> {
  const compared = await compareOutcomes(load(before), load(after));
  console.log(`${compared.schedules[0]} and ${compared.schedules[1]} schedules`);
  return compared;
}

function load(text: string): (run: Run) => unknown {
  const { outputText } = ts.transpileModule(text, {
    fileName: SAMPLE,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  return (run) => {
    // Anew for every schedule: what the program declares must not outlive its run.
    const exports = {} as Exports;
    const require = (name: string): unknown => MODULES[name] ?? expect.fail(`no module ${name}`);
    new Function('require', 'exports', outputText)(require, exports);
    return exports.program(run);
  };
}
