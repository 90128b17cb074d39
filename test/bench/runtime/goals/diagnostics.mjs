import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { pathToFileURL } from 'node:url';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';
import { AsyncMutex } from '@lockwise/runtime';
import { enableDeadlockDetection } from '@lockwise/runtime/debug';
import { channels, enableDiagnostics } from '@lockwise/runtime/diagnostics';

const entry = createRequire(import.meta.url).resolve('@lockwise/runtime');

/** The build with its checks for an observer, or one where there can be no observer and a minifier took the checks away. */
async function built(withChecks) {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    minifySyntax: true,
  });
  let { text } = outputFiles[0];
  if (!withChecks) {
    const checked = text;
    text = text.replace(/^var observer;$/m, 'const observer = undefined;').replace(/^\s*observer = .*$/gm, '');
    if (text === checked) throw new Error('the observer was not found in the bundle: the comparison would be of alike');
  }
  const file = join(mkdtempSync(join(tmpdir(), 'lockwise-bench-')), 'runtime.mjs');
  writeFileSync(
    file,
    buildSync({
      stdin: { contents: text, loader: 'js' },
      write: false,
      format: 'esm',
      minifySyntax: true,
      bundle: true,
      platform: 'neutral',
    }).outputFiles[0].text,
  );
  return import(pathToFileURL(file).href);
}

function acquisitions({ AsyncMutex: Mutex }) {
  const mutex = new Mutex();
  return async (n) => {
    for (let i = 0; i < n; i++) (await mutex.acquire()).release();
  };
}

/** What the checks for an observer cost while there is none. */
export async function checks() {
  return {
    floor: 'without the checks',
    operations: 200_000,
    rounds: 15,
    variants: {
      'without the checks': acquisitions(await built(false)),
      'with the checks': acquisitions(await built(true)),
    },
  };
}

/** The same work with something switched on for its length. */
function observed(start, work) {
  return async (n) => {
    const stop = start();
    await work(n);
    stop();
  };
}

/** One subscriber on acquire and release. */
export async function subscriber() {
  const events = { count: 0 };
  const listener = () => events.count++;
  const start = () => {
    const disable = enableDiagnostics();
    const names = [channels.acquire.name, channels.release.name];
    for (const name of names) subscribe(name, listener);
    return () => {
      for (const name of names) unsubscribe(name, listener);
      disable();
      if (events.count === 0) throw new Error('the subscriber was told nothing: the comparison would be of alike');
    };
  };
  return {
    floor: 'no observer',
    // A subscription changes the channel's prototype, which the engine has to learn anew: no more often than it takes.
    operations: 100_000,
    rounds: 11,
    variants: {
      'no observer': acquisitions({ AsyncMutex }),
      'one subscriber': observed(start, acquisitions({ AsyncMutex })),
    },
  };
}

/** Deadlock detection without stacks. In a process of its own: the engine would learn of two kinds of guards. */
export async function detection() {
  const start = () => enableDeadlockDetection({ mode: 'warn', stacks: false });
  return {
    floor: 'no observer',
    operations: 20_000,
    rounds: 15,
    variants: {
      'no observer': acquisitions({ AsyncMutex }),
      'withLock, no observer': withLocks(),
      'deadlock detection': observed(start, acquisitions({ AsyncMutex })),
      'deadlock detection, withLock': observed(start, withLocks()),
    },
  };
}

function withLocks() {
  const mutex = new AsyncMutex();
  return async (n) => {
    for (let i = 0; i < n; i++) await mutex.withLock(() => undefined);
  };
}
