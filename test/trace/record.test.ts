import { buildSync } from 'esbuild';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matchSites } from '@lockwise/engine/profile';
import { figures, fixtures, lockwise, nodes, partIn, preload, record, start, temporaryFolder } from './programs.js';

const twoWait = { acquisitions: 3, contended: 2 };

describe.each(nodes)('on %s, a program is recorded without a change to it', (name, node) => {
  test('that imports its locks', async () => {
    const { profile, code } = await record(node, ['imported.mjs']);
    const oneWaits = { acquisitions: 3, contended: 1 };
    expect(figures(profile)).toMatchObject({
      asyncMutexAcquire: { library: 'async-mutex', operation: 'acquire', line: 14, ...twoWait },
      asyncMutexRun: { library: 'async-mutex', operation: 'runExclusive', line: 19, ...twoWait },
      asyncMutexSemaphore: { library: 'async-mutex', operation: 'acquire', ...oneWaits },
      asyncLockKey: { library: 'async-lock', operation: 'acquire', ...twoWait },
      asyncLockDone: { library: 'async-lock', operation: 'acquire', ...twoWait },
      asyncLockKeys: { library: 'async-lock', operation: 'acquire', acquisitions: 6, contended: 2 },
      liveKitLock: { library: '@livekit/mutex', operation: 'lock', ...twoWait },
      pLimitCall: { library: 'p-limit', operation: 'limit', ...twoWait },
      pLimitMap: { library: 'p-limit', operation: 'map', ...twoWait },
      pQueueAdd: { library: 'p-queue', operation: 'add', ...twoWait },
      awaitLockAcquire: { library: 'await-lock', operation: 'acquireAsync', ...twoWait },
      mutexifyCallback: { library: 'mutexify', operation: 'lock', ...twoWait },
      mutexifyAwait: { library: 'mutexify', ...twoWait },
      asyncSema: { library: 'async-sema', operation: 'acquire', ...twoWait },
      ...(name === 'Node 24' && { webLocks: { library: 'Web Locks', operation: 'request', ...twoWait } }),
    });
    expect(code).toBe(0);
    expect(profile.complete).toBe(true);
  });

  test('that requires its locks', async () => {
    const { profile } = await record(node, ['required.cjs']);
    expect(figures(profile)).toMatchObject({
      asyncMutexRun: { library: 'async-mutex', line: 13, ...twoWait },
      asyncMutexSemaphore: { library: 'async-mutex', acquisitions: 3, contended: 1 },
      asyncMutexTimeout: { library: 'async-mutex', operation: 'runExclusive', ...twoWait },
      asyncLockKey: { library: 'async-lock', ...twoWait },
      liveKitLock: { library: '@livekit/mutex', ...twoWait },
      mutexifyCallback: { library: 'mutexify', ...twoWait },
      mutexifyAwait: { library: 'mutexify', ...twoWait },
      asyncSema: { library: 'async-sema', ...twoWait },
    });
  });

  test('that locks with our own runtime', async () => {
    const { profile } = await record(node, ['runtime.mjs']);
    const free = { acquisitions: 3, contended: 0 };
    expect(figures(profile)).toMatchObject({
      mutexAcquire: { library: '@lockwise/runtime', operation: 'acquire', line: 6, ...twoWait },
      mutexWithLock: { operation: 'withLock', line: 11, ...twoWait },
      readers: { operation: 'withRead', ...free },
      writers: { operation: 'write', ...twoWait },
      sameKey: { line: 24, ...twoWait },
      permits: { acquisitions: 3, contended: 1 },
      quickReads: { operation: 'quickRead', line: 33, ...free },
      timesOut: { acquisitions: 0, contended: 1 },
    });
    expect(profile.sites.find(({ symbol }) => symbol === 'timesOut')).toMatchObject({ timedOut: 1 });
    expect(profile.locks.map(({ name }) => name)).toContain('orders');
  });

  test('whose calls could not be marked', async () => {
    const { profile } = await record(node, ['unmarked.mjs']);
    expect(figures(profile)).toMatchObject({ bound: { line: 7, ...twoWait }, computed: { line: 12, ...twoWait } });
  });

  test('whose requests give up', async () => {
    const { profile } = await record(node, ['giving-up.mjs']);
    const ends = Object.fromEntries(
      profile.sites.map(({ symbol, abandoned, timedOut }) => [symbol, { abandoned, timedOut }]),
    );
    expect(ends).toMatchObject({
      timedOut: { abandoned: 0, timedOut: 1 },
      cancelled: { abandoned: 1, timedOut: 0 },
      keyTimedOut: { abandoned: 0, timedOut: 1 },
      aborted: { abandoned: 1, timedOut: 0 },
    });
  });

  test('with its worker threads and child processes', async () => {
    const { profile } = await record(node, ['family.mjs']);
    expect(figures(profile)).toEqual({
      shared: { library: 'async-mutex', operation: 'runExclusive', line: 10, acquisitions: 12, contended: 8 },
    });
    expect(profile.threads).toHaveLength(4);
    expect(new Set(profile.threads.map(({ process }) => process)).size).toBe(3);
  });

  test('that ends in a deadlock: it is told who waits for whom, and the exit code is 1', async () => {
    const { profile, code, stderr } = await record(node, ['deadlock.mjs']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/the program ended while 2 requests were still waiting for a lock:/);
    expect(stderr).toMatch(
      /deadlock\.mjs:15:\d+ backward waits .+ for async-mutex Mutex #\d, held for .+ by deadlock\.mjs:6:\d+ forward/,
    );
    expect(stderr).toMatch(/deadlock: .*backward waits for .*forward waits for .*backward/);
    expect(profile.deadlocks).toHaveLength(1);
  });
});

test('a site is where it is in the source that was compiled, and is found again after edits', async () => {
  const folder = temporaryFolder();
  const source = readFileSync(join(fixtures, 'typescript/service.ts'), 'utf8');
  writeFileSync(join(folder, 'service.ts'), source);
  symlinkSync(join(fixtures, '../../../node_modules'), join(folder, 'node_modules'));
  buildSync({
    entryPoints: [join(folder, 'service.ts')],
    outfile: join(folder, 'service.mjs'),
    format: 'esm',
    sourcemap: true,
    minifySyntax: true,
    minifyWhitespace: true,
    target: 'node20',
  });
  const { profile } = await record(process.execPath, ['service.mjs'], folder);
  expect(profile.sites).toMatchObject([
    {
      path: 'service.ts',
      line: 18,
      column: 11,
      symbol: 'Ledger.book',
      text: 'await this.mutex.runExclusive(async () => {',
      acquisitions: 3,
    },
  ]);
  const edited = `// A licence.\n\n${source.replace('    await this.mutex', '        await  this.mutex')}`;
  expect(matchSites(profile.sites, edited)).toMatchObject([{ line: 20, column: 15 }]);
  const [stale] = matchSites(profile.sites, source.replace('runExclusive', 'acquire'));
  expect(stale).not.toHaveProperty('line');
});

describe('without `lockwise trace`', () => {
  test('the program writes its profile itself, and keeps its exit code', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'own.json');
    const { code, stderr } = await start(process.execPath, [`--import=${preload}`, 'deadlock.mjs'], {
      LOCKWISE_TRACE_OUTPUT: output,
    }).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/2 requests were still waiting/);
    expect(existsSync(output)).toBe(true);
    expect(existsSync(`${output}.parts`)).toBe(false);
  });

  test('a process that is killed leaves what it had written, and the report says so', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'killed.json');
    const { child, ended } = start(process.execPath, [`--import=${preload}`, 'endless.mjs'], {
      LOCKWISE_TRACE_OUTPUT: output,
    });
    await partIn(`${output}.parts`);
    child.kill('SIGKILL');
    await ended;
    const { code, stdout, stderr } = await lockwise(['report', output]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      `lockwise report: ${output} was never finished: the run was killed; showing what its processes had left\n`,
    );
    expect(stdout).toMatch(/Not complete: a process was killed/);
    expect(stdout).toMatch(/work endless\.mjs:6:\d+ {2}\(async-mutex runExclusive\)/);
  });

  test('a process that is ended by a signal writes all of its profile', async () => {
    const output = join(temporaryFolder(), 'ended.json');
    const { child, ended } = start(process.execPath, [`--import=${preload}`, 'endless.mjs'], {
      LOCKWISE_TRACE_OUTPUT: output,
    });
    await partIn(`${output}.parts`);
    child.kill('SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ complete: true });
  });
});

describe('`lockwise trace`', () => {
  test("passes the program's exit code on", async () => {
    const { code } = await record(process.execPath, ['code-3.mjs']);
    expect(code).toBe(3);
  });

  test('tells in one line when the program was killed, and writes what there was', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'profile.json');
    const running = start(process.execPath, [
      join(fixtures, '../lockwise.mjs'),
      'trace',
      '-o',
      output,
      '--',
      process.execPath,
      'endless.mjs',
    ]);
    await partIn(`${output}.parts`);
    const part = JSON.parse(readFileSync(join(`${output}.parts`, onlyPart(`${output}.parts`)), 'utf8')) as {
      threads: { process: number }[];
    };
    process.kill(part.threads[0]!.process, 'SIGKILL');
    const { code, stderr } = await running.ended;
    expect(code).toBe(137);
    expect(stderr).toMatch(/^lockwise trace: process \d+ was killed \(SIGKILL\): the profile covers .+\n.*wrote .+\n$/);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ complete: false });
  });

  test.skipIf(!existsSync('/dev/full'))(
    'tells in one line when the disk is full, and keeps the exit code of the program',
    async () => {
      const output = join(temporaryFolder(), 'profile.json');
      symlinkSync('/dev/full', output);
      const { code, stderr } = await lockwise(['trace', '-o', output, '--', process.execPath, 'code-3.mjs']);
      expect(code).toBe(3);
      expect(stderr).toBe(
        `lockwise trace: cannot write ${output}: no space left (ENOSPC); free some, or choose another place with -o FILE\n`,
      );
    },
  );

  test.each([
    [['trace'], 'no program to run; name it after --, as in: lockwise trace -- node app.js'],
    [['trace', '-o'], /^Option '-o, --output <value>' argument missing; see lockwise trace --help$/],
    [['trace', '--wat', '--', 'node'], /^Unknown option '--wat'; see lockwise trace --help$/],
    [['trace', '--', 'no-such-program'], 'cannot start no-such-program: no such program; check its name'],
    [['trace', '-o', 'no-folder/p.json', '--', 'node'], /^cannot write .*no-folder.p\.json/],
  ])('answers %j in one line', async (args, line) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'no-folder'), '');
    const { code, stderr } = await lockwise(args, folder);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const message = stderr.trimEnd().replace('lockwise trace: ', '');
    if (typeof line === 'string') expect(message).toBe(line);
    else expect(message).toMatch(line);
  });

  test('says that a program without Node was not recorded', async () => {
    const { code, stderr } = await lockwise(['trace', '--', 'true'], temporaryFolder());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lockwise trace: nothing was recorded: true ran no Node program/);
  });
});

function onlyPart(folder: string): string {
  return readdirSync(folder).find((name) => name.endsWith('.json'))!;
}
