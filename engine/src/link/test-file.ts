import type { Value } from '../facts/format.js';
import type { Unit } from './unit.js';

/** Whether a file is a test: nobody waits there for a lock, and what it holds it holds on purpose. */
export function isTest(path: string): boolean {
  return /(^|\/)(__tests__|__mocks__|tests?|testing|spec|e2e|fixtures)\/|[.-](test|spec|e2e|bench|stories)\.[cm]?[jt]sx?$/.test(
    path,
  );
}

/** Whether a function is what a runner of tests runs and waits for before it goes on: `it('…', async () => { … })`. */
export function isTestBody(unit: Unit, fn: number): boolean {
  const taker = isTest(unit.path) ? unit.callTaking(fn) : undefined;
  return taker !== undefined && RUNNER.test(rootName(unit, taker.op.callee));
}

const RUNNER = /^(?:it|test|specify|before|after|(?:before|after)(?:Each|All))$/;

/** `it` of `it.only` and of `it.each(cases)`; nothing for tests that run beside each other. */
function rootName(unit: Unit, callee: Value): string {
  if (callee.v === 'member') return callee.name === 'concurrent' ? '' : rootName(unit, callee.of);
  if (callee.v === 'call') return rootName(unit, unit.call(callee.id)!.op.callee);
  if (callee.v === 'global') return callee.name;
  return callee.v === 'bind' ? unit.facts.bindings[callee.id]!.name : '';
}
