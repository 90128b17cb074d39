// Runs programs under the recorder, and reads what it wrote.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Profile, SiteData } from '@lockwise/engine/profile';
import { loadProfile } from '../../cli/dist/trace/profile.js';

const here = fileURLToPath(new URL('.', import.meta.url));
export const fixtures = join(here, 'fixtures');
export const preload = new URL('../../cli/dist/trace/preload.js', import.meta.url).href;

/** The Node that runs the tests, and the Node 24 that the suite installed, which has Web Locks and synchronous loader hooks. */
export const nodes: readonly (readonly [name: string, path: string])[] = [
  [`Node ${process.versions.node}`, process.execPath],
  ...(process.env['NODE_24'] === undefined ? [] : [['Node 24', process.env['NODE_24']] as const]),
];

export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-trace-')));
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = fixtures) {
  const child = spawn(command, args, { cwd, env: { ...process.env, NODE_OPTIONS: '', ...env } });
  return { child, ended: outcomeOf(child) };
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** Runs `lockwise trace` or `lockwise report`. */
export function lockwise(args: readonly string[], cwd = fixtures): Promise<Outcome> {
  return start(process.execPath, [join(here, 'lockwise.mjs'), ...args], {}, cwd).ended;
}

/** Records a program of the fixtures, and gives its profile. */
export async function record(
  node: string,
  program: readonly string[],
  cwd = fixtures,
): Promise<Outcome & { profile: Profile }> {
  const file = join(temporaryFolder(), 'profile.json');
  const outcome = await start(
    process.execPath,
    [join(here, 'lockwise.mjs'), 'trace', '-o', file, '--', node, ...program],
    {},
    cwd,
  ).ended;
  if (!existsSync(file)) throw new Error(`no profile was written: ${outcome.stderr}`);
  return { ...outcome, profile: loadProfile(file) };
}

/** The sites by enclosing symbol, each with the figures that a test compares. */
export function figures(profile: Profile): Record<string, Partial<SiteData>> {
  return Object.fromEntries(
    profile.sites.map(({ symbol, library, operation, line, acquisitions, contended }) => [
      symbol,
      { library, operation, line, acquisitions, contended },
    ]),
  );
}

/** Waits until the folder has a part of a running program. */
export async function partIn(folder: string): Promise<void> {
  for (;;) {
    if (existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json'))) return;
    await pause(50);
  }
}
