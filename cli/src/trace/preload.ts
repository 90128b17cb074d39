// `node --import lockwise/trace app.js`: records the program that this is loaded before. The thread that is first
// collects what all threads and child processes have left, unless `lockwise trace` does.
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { onExit } from 'signal-exit';
import { stillWaiting } from './ending.js';
import {
  collectParts,
  defaultOutput,
  outputVariable,
  partsFolder,
  partsVariable,
  prepareParts,
  removeParts,
  unwritable,
  writeWhole,
} from './part-files.js';
import { PartWriter, startRecording } from './recorder.js';

const started = Symbol.for('lockwise.trace.started');

function start(): void {
  if (started in globalThis) return;
  Object.defineProperty(globalThis, started, { value: true });
  const output = resolve(process.env[outputVariable] ?? defaultOutput);
  const given = process.env[partsVariable];
  const folder = given ?? partsFolder(output);
  const isFirst = given === undefined;
  if (isFirst && !lead(folder)) return;
  const writer = new PartWriter(startRecording(), folder, (error) => say(unwritable(output, error)));
  let drained = false;
  process.on('beforeExit', () => (drained = true));
  atEnd((exitCode) => {
    // Code 13: the main module awaits what will never come.
    writer.finish({ exitCode, drained: drained || exitCode === 13 });
    if (isFirst) conclude(output, folder);
  });
}

/** Makes the first process the one that collects, and lets its children record as well. */
function lead(folder: string): boolean {
  try {
    prepareParts(folder);
  } catch (error) {
    say(unwritable(folder, error));
    return false;
  }
  process.env[partsVariable] = folder;
  const option = `--import=${import.meta.url}`;
  const options = process.env['NODE_OPTIONS'] ?? '';
  if (!options.includes(option)) process.env['NODE_OPTIONS'] = `${options} ${option}`.trim();
  return true;
}

/** Calls back when this thread ends, by a signal too unless that kills at once. A worker gets no signals. */
function atEnd(ended: (exitCode: number) => void): void {
  if (isMainThread) onExit((code, signal) => ended(code ?? (signal === null ? 0 : 128)));
  else process.on('exit', ended);
}

function conclude(output: string, folder: string): void {
  const { profile, problems } = collectParts(folder);
  problems.forEach(say);
  if (profile === undefined) return;
  try {
    writeWhole(output, profile);
    removeParts(folder);
  } catch (error) {
    say(unwritable(output, error));
  }
  stillWaiting(profile).forEach(say);
}

/** The process is about to end: only a synchronous write arrives for sure. */
function say(line: string): void {
  try {
    writeSync(2, `lockwise trace: ${line}\n`);
  } catch {
    // Nobody listens; there is no other place to say it.
  }
}

start();
