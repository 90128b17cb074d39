// Which call is asking for a lock. Loading rewrites `lock.acquire()` to `__lockwise$at(7, lock).acquire()`, which leaves
// the number of the site and the receiver here; the instrumented method takes them. A call that was not marked (made
// through `bind`, `apply`, a computed name) is found by its stack instead, which is slower and just as right.
import { fileURLToPath } from 'node:url';
import type { Site, SiteTable } from './sites.js';

/** The name of the global function that marks call. Node has no cheaper way to reach it from every kind of module. */
export const markerName = '__lockwise$at';

export class CurrentSite {
  readonly #sites: SiteTable;
  readonly #machinery: string[];
  #id = 0;
  #receiver: unknown;
  /** The site on whose behalf a library is calling itself or another library. */
  #inherited: Site | undefined;

  /** `ownFolder`: where the recorder's own modules are, whose frames are never a site. */
  constructor(sites: SiteTable, ownFolder: string) {
    this.#sites = sites;
    this.#machinery = [ownFolder];
  }

  /** Frames of files in this folder are not where the program asks for a lock. */
  ignore(folder: string): void {
    this.#machinery.push(folder);
  }

  /** What marked calls call: notes the site, and gives the receiver back. */
  readonly mark = <T>(id: number, receiver: T): T => {
    this.#id = id;
    this.#receiver = receiver;
    return receiver;
  };

  /** The site of the call that is being made on any of `receivers`. */
  take(operation: string, receiver: unknown, other?: unknown): Site {
    const marked = this.#receiver;
    if (marked !== undefined && (marked === receiver || marked === other)) {
      this.#receiver = undefined;
      return this.#sites.get(this.#id);
    }
    return this.#inherited ?? this.#fromStack(operation);
  }

  /** Runs `call` so that the requests it makes in this turn count for `site`. */
  during<R>(site: Site, call: () => R): R {
    const before = this.#inherited;
    this.#inherited = site;
    try {
      return call();
    } finally {
      this.#inherited = before;
    }
  }

  #fromStack(operation: string): Site {
    for (const line of capturedStack().split('\n').slice(1)) {
      const frame = frameOf(line);
      if (frame === undefined || this.#isMachinery(frame.file)) continue;
      return this.#sites.at(frame, frame.symbol, operation);
    }
    return this.#sites.unknown;
  }

  /** Frames of Node itself, of the recorder, and of the lock libraries are not where the program asks for a lock. */
  #isMachinery(file: string): boolean {
    return this.#machinery.some((folder) => file.startsWith(folder)) || lockLibraryFile.test(file);
  }
}

const lockLibraryFile =
  /[\\/]node_modules[\\/](?:async-mutex|async-lock|@livekit[\\/]mutex|p-limit|p-queue|await-lock|mutexify|queue-tick|async-sema|yocto-queue|eventemitter3|@lockwise[\\/]runtime)[\\/]/;

/** Deep enough for libraries that are compiled to generators, with several frames of their own per call. */
const stackFrames = 60;

function capturedStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackFrames;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return typeof stack === 'string' ? stack : '';
}

/** `    at async Class.method (file:///a/b.js:3:14)`, with or without the name. Frames without a file are no frames. */
const framePattern =
  /^\s+at (?:async )?(?:(?:new )?(?<name>.+?) (?:\[as [^\]]+\] )?\()?(?<file>(?:file:\/\/)?\/.*?|[A-Za-z]:[\\/].*?):(?<line>\d+):(?<column>\d+)\)?$/;

function frameOf(text: string) {
  const groups = framePattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const file = groups['file']!.startsWith('file://') ? fileURLToPath(groups['file']!) : groups['file']!;
  const symbol = (groups['name'] ?? '').replace(/^(?:Object|Module)\.|<anonymous>/g, '');
  return { file, line: Number(groups['line']), column: Number(groups['column']), symbol };
}
