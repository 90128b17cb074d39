import type { Config } from './config.js';
import { planFixes, type Plan } from './edits/plan.js';
import type { FileFacts } from './facts/format.js';
import type { Finding, Fix, Problem } from './findings.js';
import { importClausesOf, type ImportClause } from './import-clauses.js';
import { cutShortIn } from './link/cut-short.js';
import { Linked } from './link/linked.js';
import { Program } from './link/program.js';
import { builtInModels } from './models/index.js';
import { Measurements, type ProfileState } from './profile/measurements.js';
import { Prefilter } from './prefilter.js';
import { findingsOf } from './report/analyse.js';
import { lockMapOf, type LockMap } from './report/lock-map.js';
import type { TypeOracle } from './types/index.js';
import type { WholeProject } from './whole-project.js';

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
  /** What a type checker knows, where there is one. It only adds to what is seen without. */
  readonly types?: TypeOracle;
  /** Given by a host that has the whole project before it: then who uses what a file exports can be known. */
  readonly whole?: WholeProject;
}

export interface ProjectOptions {
  readonly host: Host;
  readonly config: Config;
  /** Facts that are known already: a cache on the disk, what workers found, the parts of a sharded run. */
  readonly facts?: FactsStore;
}

/** Facts by content. They depend on the text and on the grammar that the path's extension chooses, so they may be kept from run to run. */
export interface FactsStore {
  get(path: string, text: string): FileFacts | undefined;
  set(path: string, text: string, facts: FileFacts): void;
}

/**
 * The files under analysis and everything that is known of them. Results never depend on the order in which files were
 * added; after a change only what depends on it is found out again.
 */
export interface Project {
  /** Adds or replaces a file. `parsed` saves the parse where the caller has a tree already. */
  set(path: string, text: string, parsed?: Parsed): void;
  delete(path: string): void;
  /**
   * Whether a file may have findings of its own: by a word of a lock, or because it takes one through a helper that it imports. Asked before `set`, it saves
   * the parse of most files; what calls lead to is read without being asked for.
   */
  concerns(path: string, text: string): boolean;
  /**
   * Those of many files that do nothing with a lock by themselves that take one through a helper which they import. The answer is that of `concerns`; the texts are not
   * needed again. Asked when all other files are there.
   *
   * @param isWhole No other file of the project has a helper: the few names that lend a lock are then looked for, instead of where each import leads.
   * @param speaking Those that have a word of a lock all the same.
   */
  helped(rest: ReadonlyMap<string, readonly ImportClause[]>, isWhole: boolean, speaking: ReadonlySet<string>): string[];
  /** Tells that the text of a file may have changed that was not added, but may have been led to. */
  reread(path: string): void;
  /** Tells that files came or went, so that a specifier may mean another file now. */
  resolveAgain(): void;
  /** Does a part of the work of `check` for one file ahead, for a host that cannot wait until all of it is done. */
  link(path: string): void;
  /** The findings of the given files (default: all that were added), sorted by path, position and rule. */
  check(paths?: Iterable<string>): Analysis;
  /** Puts fixes of one analysis together for applying them at once. */
  plan(fixes: readonly Fix[]): Plan;
  /** How much of each profile of the configuration is about the code as it is now. */
  profileStates(): readonly ProfileState[];
  /** Every lock of the files that were added, for whoever wants to look at them. */
  locks(): LockMap;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

export function createProject(options: ProjectOptions): Project {
  return new LinkedProject(options);
}

class LinkedProject implements Project {
  private readonly program: Program;
  private readonly config: Config;
  private readonly prefilter: Prefilter;
  private readonly measurements: Measurements;
  private linked: Linked | undefined;

  constructor({ host, config, facts }: ProjectOptions) {
    this.program = new Program(host, [...config.locks, ...builtInModels], facts, config.decorators);
    this.config = config;
    this.prefilter = new Prefilter(config);
    this.measurements = new Measurements(config.profiles ?? []);
  }

  set(path: string, text: string, parsed?: Parsed): void {
    this.program.set(path, text, parsed);
  }

  delete(path: string): void {
    this.program.delete(path);
  }

  reread(path: string): void {
    this.program.reread(path);
  }

  resolveAgain(): void {
    this.program.resolveAgain();
  }

  link(path: string): void {
    this.withLinks((linked) => {
      const unit = this.program.unit(path);
      if (unit) linked.link(unit);
    });
  }

  concerns(path: string, text: string): boolean {
    if (this.prefilter.mayConcern(text)) return true;
    const clauses = importClausesOf(text);
    return clauses.length > 0 && this.withLinks(({ sight }) => sight.isConcerned(path, clauses));
  }

  helped(
    rest: ReadonlyMap<string, readonly ImportClause[]>,
    isWhole: boolean,
    speaking: ReadonlySet<string>,
  ): string[] {
    return this.withLinks(({ sight }) => {
      if (!isWhole) return [...rest].flatMap(([path, clauses]) => (sight.isConcerned(path, clauses) ? path : []));
      sight.settle(rest, speaking);
      return sight.users(rest);
    });
  }

  check(paths?: Iterable<string>): Analysis {
    const wanted = [...new Set(paths ?? this.program.paths)].sort();
    const findings = this.withLinks((linked) =>
      wanted.flatMap((path) => {
        const unit = this.program.unit(path);
        return unit ? findingsOf(linked, unit, this.config, this.measurements) : [];
      }),
    );
    const problems = wanted.flatMap((path) => {
      const unit = this.program.unit(path);
      return this.program.problems.get(path) ?? (unit && cutShortIn(unit)) ?? [];
    });
    return { findings, problems };
  }

  locks(): LockMap {
    return this.withLinks((linked) => lockMapOf(linked, this.measurements));
  }

  profileStates(): readonly ProfileState[] {
    const { paths, host } = this.program;
    return this.measurements.states(paths, (path) => this.program.unit(path)?.text ?? host.read(path));
  }

  plan(fixes: readonly Fix[]): Plan {
    return planFixes(fixes, (path) => this.program.unit(path));
  }

  private withLinks<T>(ask: (linked: Linked) => T): T {
    if (this.linked?.revision !== this.program.revision) this.linked = new Linked(this.program, this.linked);
    try {
      return ask(this.linked);
    } catch (error) {
      // What was left half done is not to be found by the next question.
      this.linked = undefined;
      throw error;
    }
  }
}
