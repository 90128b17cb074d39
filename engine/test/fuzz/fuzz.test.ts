import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { createProject, type Finding } from '@lockwise/engine';
import { applyEdits } from '../../src/edits/apply.js';
import { memoryHost } from '../checks/check-rule.js';
import { helpers, program } from './programs.js';

/** A fixed seed, so that a failure of one run is one of all; `LOCKWISE_FUZZ=seed:runs` looks further. */
const [seed, numRuns] = (process.env['LOCKWISE_FUZZ'] ?? '20261124:60').split(':').map(Number) as [number, number];

/** Far more than any of these small programs may need, in questions to the host and in findings: a bound on steps, not on time. */
const MOST_PARSES = 4;
const MOST_FINDINGS = 2000;

function checked(text: string): readonly Finding[] {
  const files = { 'program.ts': text, 'helpers.ts': helpers };
  const host = memoryHost(files);
  let parses = 0;
  const project = createProject({
    host: { ...host, parse: (path, source) => (parses++, host.parse(path, source)) },
    config: { preset: 'strict', rules: {}, locks: [] },
  });
  project.set('program.ts', text);
  project.locks();
  const { findings, problems } = project.check();
  expect(problems).toEqual([]);
  expect(parses).toBeLessThanOrEqual(MOST_PARSES);
  expect(findings.length).toBeLessThan(MOST_FINDINGS);
  for (const { edits } of findings.flatMap(({ fixes }) => fixes)) expect(() => applyEdits(text, edits)).not.toThrow();
  return findings;
}

/** What was found, whatever the layout: spans and quoted code differ. */
const told = (findings: readonly Finding[]): string[] => findings.map(({ rule, symbol }) => `${symbol} ${rule}`).sort();

describe('any program with locks', () => {
  it('is checked to its end, and the same when it is laid out anew', { timeout: 600_000 }, async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        const findings = checked(text);
        found += findings.length;
        const again = checked(
          await format(text, { parser: 'typescript', printWidth: 60, singleQuote: true, semi: false }),
        );
        expect(told(again)).toEqual(told(findings));
      }),
      { seed, numRuns, endOnFailure: true },
    );
    expect(found).toBeGreaterThan(numRuns);
  });
});
