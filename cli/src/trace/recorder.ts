// The recorder inside of the traced program: starts with the program's first module, and leaves a part of the profile
// each second and at the end.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { hookLibraries, hookSources } from './loading/hooks.js';
import { libraries } from './libraries/index.js';
import { Recording } from './libraries/library.js';
import { recordRuntime } from './libraries/runtime.js';
import { instrumentWebLocks } from './libraries/web-locks.js';
import { writePart } from './part-files.js';
import { CurrentSite, markerName } from './recording/current-site.js';
import { Ledger } from './recording/ledger.js';
import { Places } from './recording/places.js';
import { SiteTable } from './recording/sites.js';
import { snapshot, type ThreadEnd, type ThreadRecording } from './recording/snapshot.js';
import { Timeline } from './recording/timeline.js';

/** Rows of the timeline that each thread keeps. */
const timelineRows = 2_000;

/** Starts to record this thread. */
export function startRecording(): ThreadRecording {
  const sites = new SiteTable(() => sources.collect());
  const places = new Places(process.cwd());
  const site = new CurrentSite(sites, dirname(fileURLToPath(import.meta.url)));
  const origin = performance.now();
  const timeline = new Timeline(timelineRows);
  const ledger = new Ledger(() => performance.now() - origin, timeline);
  const recording = new Recording(ledger, site);
  Object.defineProperty(globalThis, markerName, { value: site.mark });
  hookLibraries(libraries, recording);
  recordRuntime(recording);
  instrumentWebLocks(recording);
  const sources = hookSources(({ file, marks, sourceMap }) => {
    for (const [id, mark] of marks) sites.add(id, mark);
    if (sourceMap !== undefined) places.addSourceMap(file, sourceMap);
  });
  return {
    ledger,
    timeline,
    sites,
    places,
    startedAt: new Date(),
    command: process.argv.slice(),
    process: process.pid,
    thread: threadId,
  };
}

/** The shortest time between two parts, and the share of the program's time that writing them may take. */
const intervalMs = 1_000;
const share = 0.01;

/** Writes the parts of a recording. `failed` is told once when that does not work. */
export class PartWriter {
  readonly #recording: ThreadRecording;
  readonly #folder: string;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #written = -1;
  #broken = false;

  constructor(recording: ThreadRecording, folder: string, failed: (error: unknown) => void) {
    this.#recording = recording;
    this.#folder = folder;
    this.#failed = failed;
    this.#schedule(intervalMs);
  }

  /** Writes the last part, once. */
  finish(end: ThreadEnd): void {
    clearTimeout(this.#timer);
    this.#write(end);
  }

  #schedule(delay: number): void {
    this.#timer = setTimeout(() => this.#continue(), delay).unref();
  }

  #continue(): void {
    const { ledger } = this.#recording;
    const began = ledger.now();
    if (ledger.requests !== this.#written) this.#write();
    this.#written = ledger.requests;
    if (!this.#broken) this.#schedule(Math.max(intervalMs, (ledger.now() - began) / share));
  }

  #write(end?: ThreadEnd): void {
    try {
      writePart(this.#folder, snapshot(this.#recording, end));
    } catch (error) {
      if (!this.#broken) this.#failed(error);
      this.#broken = true;
    }
  }
}
