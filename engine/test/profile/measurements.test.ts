import { describe, expect, it } from 'vitest';
import { createProject, measuredLine, profileNotice, type Config, type Profile, type SiteData } from '@lockwise/engine';
import { memoryHost } from '../checks/check-rule.js';

const text = `import { Mutex } from 'async-mutex';
import { readFile } from 'node:fs/promises';
export class Store {
  private readonly mutex = new Mutex();
  private text = '';
  async load(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.text = await readFile('state', 'utf8');
    } finally {
      release();
    }
  }
  async read(): Promise<string> {
    return this.mutex.runExclusive(() => this.text);
  }
}
`;

const LOAD = 'const release = await this.mutex.acquire();';

/** A site in `store.ts` that was held for `hold` ms, 20 times. */
function site(id: number, line: string, more: Partial<SiteData> = {}, hold = 40): SiteData {
  return {
    id,
    path: 'store.ts',
    line: 7,
    column: 27,
    symbol: 'Store.load',
    operation: 'acquire',
    library: 'async-mutex',
    text: line,
    indent: 4,
    lineHash: '',
    occurrence: 0,
    occurrences: 1,
    acquisitions: 20,
    contended: 10,
    abandoned: 0,
    timedOut: 0,
    heldAtEnd: 0,
    waitingAtEnd: 0,
    wait: { count: 10, sum: 400, max: 40, buckets: [[36, 10]] },
    hold: { count: 20, sum: 20 * hold, max: hold, buckets: [[hold, 20]] },
    queueDepth: [[1, 10]],
    maxQueueDepth: 3,
    blockedBy: [],
    ...more,
  };
}

const READ = site(2, 'return this.mutex.runExclusive(() => this.text);', {
  line: 15,
  column: 12,
  symbol: 'Store.read',
  operation: 'runExclusive',
  blockedBy: [{ site: 1, waits: 30, waitMs: 1200 }],
});

function profile(...sites: SiteData[]): Profile {
  return {
    format: 'lockwise-profile',
    version: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1000,
    complete: true,
    command: [],
    threads: [],
    sites,
    locks: [],
    timeline: { rows: [], dropped: 0 },
    deadlocks: [],
    atEnd: [],
  };
}

function projectOf(source: string, profiles: readonly Profile[], options?: object, path = 'store.ts') {
  const config: Config = {
    preset: 'recommended',
    rules: options ? { 'no-long-held-lock': ['warn', options] } : {},
    locks: [],
    profiles: profiles.map((one, index) => ({ name: `${index}.json`, profile: one })),
  };
  const project = createProject({ host: memoryHost({ [path]: source }), config });
  project.set(path, source);
  return project;
}

const longHeld = (project: ReturnType<typeof projectOf>) =>
  project.check().findings.filter(({ rule }) => rule === 'no-long-held-lock');

describe('a measured section', () => {
  const recorded = profile(site(1, LOAD), READ);

  it('is reported with its numbers, though the code alone says nothing', () => {
    expect(longHeld(projectOf(text, []))).toEqual([]);
    const [finding] = longHeld(projectOf(text, [recorded]));
    expect(finding).toMatchObject({
      evidence: 'measured',
      symbol: 'Store.load',
      measured: { heldP95Ms: 40, waitedMs: 1200, waiters: 30 },
    });
    expect(finding!.message).toContain('measured, it was held 40.0 ms (p95), and 30 requests waited 1.20 s behind it.');
    expect(measuredLine(finding!.measured!)).toBe('held p95 40.0 ms · waited 1.20 s · 30 waiters');
  });

  it('is not reported below both thresholds, which the options set', () => {
    expect(longHeld(projectOf(text, [recorded], { measured: { wait: 2000 } }))).toEqual([]);
    expect(longHeld(projectOf(text, [recorded], { measured: { wait: 2000, hold: 30 } }))).toHaveLength(1);
    expect(longHeld(projectOf(text, [recorded], { measured: { hold: 30 } }))).toHaveLength(1);
  });

  it('is not reported when nobody waited, however long it was held', () => {
    expect(longHeld(projectOf(text, [profile(site(1, LOAD, {}, 900))]))).toEqual([]);
  });

  it('adds several profiles up', () => {
    const [finding] = longHeld(projectOf(text, [recorded, recorded]));
    expect(finding!.measured).toEqual({ heldP95Ms: 40, waitedMs: 2400, waiters: 60 });
  });

  it('keeps its id, whatever was measured', () => {
    const code = text.replace("readFile('state', 'utf8')", "fetch('/').then((answer) => answer.text())");
    const [without] = longHeld(projectOf(code, []));
    const [measured] = longHeld(projectOf(code, [recorded]));
    expect(measured!.evidence).toBe('measured');
    expect(measured!.message).toContain('In the code, ');
    expect(without!.evidence).not.toBe('measured');
    expect(measured!.id).toBe(without!.id);
  });
});

describe('a site is found again', () => {
  const found = (source: string, recorded: Profile, path?: string) =>
    projectOf(source, [recorded], undefined, path)
      .locks()
      .locks[0]!.sections.map(({ symbol, measured }) => [symbol, measured?.waiters]);
  const recorded = profile(site(1, LOAD), READ);

  it('after edits elsewhere, a new indentation, and other line ends', () => {
    const edited = `// A licence.\n\n${text.replaceAll('\n    ', '\n\t\t')}`.replaceAll('\n', '\r\n');
    expect(found(edited, recorded)).toEqual([
      ['Store.load', 30],
      ['Store.read', 0],
    ]);
  });

  it('below the folder that the program was started in, and above it', () => {
    expect(found(text, recorded, 'packages/app/store.ts')[0]).toEqual(['Store.load', 30]);
    const deeper = profile({ ...site(1, LOAD), path: 'packages/app/src/store.ts' }, READ);
    expect(found(text, deeper, 'src/store.ts')[0]).toEqual(['Store.load', 30]);
  });

  it('by its function, where several lines are equal and their number has changed', () => {
    const save = text.slice(text.indexOf('  async load'), text.indexOf('  async read')).replace('load()', 'save()');
    const two = text.replace('  async load', `${save}  async load`);
    expect(found(two, recorded)).toEqual([
      ['Store.save', undefined],
      ['Store.load', 30],
      ['Store.read', 0],
    ]);
  });

  it('and not in another file of another name', () => {
    expect(found(text, recorded, 'restore.ts')[0]).toEqual(['Store.load', undefined]);
  });
});

describe('a profile that is not about the code', () => {
  const notices = (source: string, recorded: Profile, path?: string) =>
    projectOf(source, [recorded], undefined, path).profileStates().map(profileNotice);

  it('says nothing when every place is there', () => {
    expect(notices(text, profile(site(1, LOAD), READ))).toEqual([undefined]);
  });

  it('is stale where a line has gone', () => {
    expect(notices(text.replace('acquire()', 'acquire(1)'), profile(site(1, LOAD), READ))).toEqual([
      `0.json: stale: one place is no longer in the code, of 2, the first store.ts:7 \`${LOAD}\`; record it again with lockwise trace`,
    ]);
  });

  it('says so when none of its files is there', () => {
    expect(notices(text, profile(site(1, LOAD)), 'other.ts')).toEqual([
      '0.json: none of its places is in the files here; its paths are relative to the folder where the program was started',
    ]);
  });
});
