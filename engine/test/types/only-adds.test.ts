import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProject, type Finding, type TypeOracle, type TypeOrigin } from '@lockwise/engine';
import { memoryHost } from '../checks/check-rule.js';
import { helpers, program } from '../fuzz/programs.js';

const mutex: TypeOrigin = { name: 'Mutex', module: 'async-mutex' };

/** What a type checker would say of these names; nothing else tells that they are locks. */
const locks: ReadonlyMap<string, TypeOrigin> = new Map([
  ['mutex', mutex],
  ['other', mutex],
  ['gate', mutex],
  ['keyed', { name: 'AsyncLock', module: 'async-lock' }],
]);

/** The same program, with locks that come from elsewhere. */
function withLocksOfOthers(text: string): string {
  const hidden = text
    .replace(/^import (\{ Mutex \}|AsyncLock) from .*\n/gm, '')
    .replace(/^const mutex = .*$/m, 'declare const deps: any; const { mutex, other, keyed } = deps;')
    .replace('gate = new Mutex()', 'gate = deps.gate');
  expect(hidden).not.toContain('new ');
  return hidden;
}

function checked(text: string, types?: TypeOracle): readonly Finding[] {
  const host = memoryHost({ 'program.ts': text, 'helpers.ts': helpers });
  const project = createProject({
    host: types ? { ...host, types } : host,
    config: { preset: 'strict', rules: {}, locks: [] },
  });
  project.set('program.ts', text);
  return project.check().findings;
}

function typesOf(text: string): TypeOracle {
  const own = (path: string) => path === 'program.ts';
  return {
    membersAt: (path, offsets) =>
      offsets.map((at) => (own(path) ? locks.get(/(\w+)\.$/.exec(text.slice(0, at))?.[1] ?? '') : undefined)),
    typesAt: (path, offsets) =>
      offsets.map((at) => (own(path) ? locks.get(/^\w+/.exec(text.slice(at))?.[0] ?? '') : undefined)),
  };
}

const told = (findings: readonly Finding[]): string[] => findings.map(({ rule, span }) => `${rule} ${span.join('-')}`);

it('whatever the program, types that tell its locks take no finding back', { timeout: 600_000 }, () => {
  let added = 0;
  fc.assert(
    fc.property(program, (text) => {
      const hidden = withLocksOfOthers(text);
      const without = told(checked(hidden));
      const withTypes = told(checked(hidden, typesOf(hidden)));
      expect(withTypes).toEqual(expect.arrayContaining(without));
      added += withTypes.length - without.length;
    }),
    { seed: 20261125, numRuns: 60, endOnFailure: true },
  );
  expect(added).toBeGreaterThan(60);
});
