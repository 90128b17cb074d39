import type { Config, FactsStore, Finding, Host, Problem, Project, ProjectOptions } from '@lockwise/engine';
import type { Settings } from './protocol.js';

/** The disk and the analysis as the server needs them, so that a test can put its own in their place. */
export interface Surroundings {
  createProject(options: ProjectOptions): Project;
  /** The parser, the disk and the resolver for the files below a root. */
  createHost(root: string): Host & {
    /** Forgets what it knows of the disk besides texts: files came or went. */
    clear?(): void;
  };
  /** What is kept of the files below a root from one session to the next. */
  factsOf?(root: string): (FactsStore & { save(): void }) | undefined;
  /** The files of the root that are analysed, relative with `/`. */
  discover(root: string): Promise<readonly string[]>;
  /** The configuration of the root as data; nothing of it is executed. */
  loadConfig(root: string, settings: Settings): Loaded;
  /** What is told of a root's findings: without those that its baseline knows, each fix in the tier that it has there. */
  sieve(root: string): (findings: readonly Finding[]) => readonly Finding[];
}

export interface Loaded {
  readonly config: Config;
  readonly problems: readonly Problem[];
  /** Files whose change asks for a new load, relative to the root with `/`. */
  readonly sources: readonly string[];
}
