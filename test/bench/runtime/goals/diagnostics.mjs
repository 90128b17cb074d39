import { pathToFileURL } from 'node:url';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';
import { AsyncMutex } from '@lockwise/runtime';

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

/** What an observer costs. Each variant switches its own on and off again. */
async function observed(start) {
  const plain = acquisitions({ AsyncMutex });
  return async (n) => {
    const stop = await start();
    await plain(n);
    stop();
  };
}

const has = (path) => {
  try {
    return createRequire(import.meta.url).resolve(`@lockwise/runtime/${path}`) && true;
  } catch {
    return false;
  }
};

/** One subscriber on acquire and release; deadlock detection without stacks. */
export async function observers() {
  const variants = { 'no observer': acquisitions({ AsyncMutex }) };
  const bodies = { 'withLock, no observer': withLocks() };
  if (has('diagnostics')) {
    const { subscribed } = await import('./subscription.mjs');
    variants['one subscriber'] = await observed(subscribed);
  }
  if (has('debug')) {
    const { enableDeadlockDetection } = await import('@lockwise/runtime/debug');
    const start = () => enableDeadlockDetection({ mode: 'warn', stacks: false });
    variants['deadlock detection'] = async (n) => {
      const stop = start();
      await acquisitions({ AsyncMutex })(n);
      stop();
    };
    variants['deadlock detection, withLock'] = async (n) => {
      const stop = start();
      await bodies['withLock, no observer'](n);
      stop();
    };
  }
  return { floor: 'no observer', operations: 3000, rounds: 7, variants: { ...variants, ...bodies } };
}

function withLocks() {
  const mutex = new AsyncMutex();
  return async (n) => {
    for (let i = 0; i < n; i++) await mutex.withLock(() => undefined);
  };
}
