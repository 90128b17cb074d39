import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { applied, expectRefusal, expectReports, expectSilent, findings, memoryHost, SAMPLE } from '../check-rule.js';
import { newTypeErrors } from '../type-errors.js';

const RULE = 'require-acquire-timeout';

const api = (body: string) => `
import { Mutex, withTimeout } from 'async-mutex';
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
const mutex = new Mutex();
export const bounded = withTimeout(new Mutex(), 1000);
export const data = new AsyncMutex(0);
export class Api {
${body}
}
`;

/** The functions that are reported at an entry point. */
function reportedAt(entryPoints: readonly string[], text: string, path = 'src/routes/api.ts'): string[] {
  const config = { preset: 'strict', rules: { [RULE]: ['warn', { entryPoints }] }, locks: [] } as const;
  const project = createProject({ host: memoryHost({ [path]: text }), config });
  project.set(path, text);
  return project
    .check()
    .findings.filter(({ rule }) => rule === RULE)
    .map(({ symbol }) => symbol);
}

const ACQUIRES = api(`  async plain(): Promise<void> { await mutex.runExclusive(work); }
  async wrapped(): Promise<void> { await bounded.runExclusive(work); }
  async signalled(signal: AbortSignal): Promise<void> { await data.withLock(work, { signal }); }
  async timed(): Promise<void> { await data.withLock(work, { timeout: 100 }); }`);

describe('reports', () => {
  it('a request without a bound at an entry point that the configuration names', () => {
    expect(reportedAt(['src/routes/**'], ACQUIRES)).toEqual(['Api.plain']);
    expect(reportedAt(['Api.*'], ACQUIRES)).toEqual(['Api.plain']);
  });

  it('a bound that is switched off, wherever it stands', () => {
    expectReports(
      RULE,
      api(`  private async locked<T>(acquireTimeout: number, run: () => Promise<T>): Promise<T> {
    void acquireTimeout;
    return await mutex.runExclusive(run);
  }
  forEver(): Promise<void> { return this.locked(-1, () => work()); } // reports: switched off
  soon(): Promise<void> { return this.locked(1000, () => work()); }
  never(): Promise<void> { return data.withLock(work, { timeout: Infinity }); } // reports`),
    );
  });

  it('also where the lock itself is handed in', () => {
    expectReports(
      RULE,
      `type Lock = <R>(timeout: number, run: () => Promise<R>) => Promise<R>;
export class Client {
  constructor(private readonly lock: Lock) {}
  async #locked<R>(acquireTimeout: number, run: () => Promise<R>): Promise<R> {
    return await this.lock(acquireTimeout, run);
  }
  forEver(): Promise<number> { return this.#locked(-1, async () => 1); } // reports: this.#locked
  soon(): Promise<number> { return this.#locked(100, async () => 1); }
}`,
    );
  });
});

describe('allows', () => {
  it('requests that are no entry point', () => {
    expectSilent(RULE, ACQUIRES);
    expect(reportedAt(['src/jobs/**', 'Jobs.*'], ACQUIRES)).toEqual([]);
  });
});

describe('fixes', () => {
  it('offers none without the option: how long to wait is for a person to say', () => {
    expectRefusal(
      RULE,
      api('  never(): Promise<void> { return data.withLock(work, { timeout: Infinity }); }'),
      'how long to wait',
    );
  });

  it('writes the bound of the option, in place of one that is switched off or behind the function, once', () => {
    const sample = (first: string, second: string) =>
      api(`  async never(): Promise<void> { await data.withLock(() => work()${first}); }
  async off(): Promise<void> { await data.withLock(() => work()${second}); }`);
    const options = { entryPoints: ['Api.*'], timeout: 500 };
    const before = { [SAMPLE]: sample('', ', { timeout: Infinity }') };
    const fixes = findings(RULE, before, 'strict', options).map((finding) => finding.fixes[0]!);
    expect(fixes.map(({ tier }) => tier)).toEqual(['unsafe', 'unsafe']);
    const edits = fixes.flatMap((fix) => fix.edits).sort((a, b) => a.span[0] - b.span[0]);
    const after = applied(before, edits);
    expect(after).toEqual({ [SAMPLE]: sample(', { timeout: 500 }', ', { timeout: 500 }') });
    expect(newTypeErrors(before, after)).toEqual([]);
    expect(findings(RULE, after, 'strict', options)).toEqual([]);
  });
});
