import type { Config } from './config.js';
import type { Finding, Problem } from './findings.js';

/** A syntax tree in TS-ESTree form, from whichever parser the host has. */
export interface Parsed {
  /** The `Program` node, with `range` or `start`/`end` on every node. */
  readonly program: object;
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
  /** Errors that left no usable tree. A file that has any is never clean. */
  readonly errors: readonly { readonly message: string; readonly offset: number }[];
}

/** What the engine asks of its surroundings. It does no I/O of its own. */
export interface Host {
  parse(path: string, text: string): Parsed;
  /** The text of a file of the analysed tree that was not added, or undefined. Byte-order mark removed. */
  read(path: string): string | undefined;
  /** The file of the tree that a specifier means, or undefined for anything outside of it. */
  resolve(specifier: string, from: string): string | undefined;
}

export interface ProjectOptions {
  readonly host: Host;
  readonly config: Config;
}

/** The files under analysis and everything that is known of them. Results never depend on the order in which files were added. */
export interface Project {
  /** Adds or replaces a file. `parsed` saves the parse where the caller has a tree already. */
  set(path: string, text: string, parsed?: Parsed): void;
  delete(path: string): void;
  /** The findings of the given files (default: all that were added), sorted by path, position and rule. */
  check(paths?: Iterable<string>): Analysis;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}
