import type { Config, Host, Place, Problem, Project, ProjectOptions } from '@lockwise/engine';
import type { Settings } from './protocol.js';

/** The disk and the analysis as the server needs them, so that a test can put its own in their place. */
export interface Surroundings {
  createProject(options: ProjectOptions): Project;
  /** The parser, the disk and the resolver for the files below a root. */
  createHost(root: string): Host;
  /** The files of the root that are analysed, relative with `/`. */
  discover(root: string): Promise<readonly string[]>;
  /** The configuration of the root as data; nothing of it is executed. */
  loadConfig(root: string, settings: Settings): Loaded;
  /** Every lock of the project, its sections and the order they are taken in; absent where the analysis does not tell. */
  lockMap?(project: Project): LockMap;
}

export interface Loaded {
  readonly config: Config;
  readonly problems: readonly Problem[];
  /** Files whose change asks for a new load, relative to the root with `/`. */
  readonly sources: readonly string[];
}

export interface LockMap {
  readonly locks: readonly MappedLock[];
  readonly order: readonly OrderEdge[];
}

export interface MappedLock extends Place {
  readonly id: string;
  readonly name: string;
  /** The kind and the library: `async-mutex Mutex`. */
  readonly kind: string;
  /** The cells that every section which touches them holds the lock for. */
  readonly guards: readonly string[];
  readonly sections: readonly MappedSection[];
}

export interface MappedSection extends Place {
  readonly symbol: string;
  readonly suspensions: readonly (Place & { readonly what: string })[];
}

/** `to` is awaited while `from` is held. */
export interface OrderEdge extends Place {
  readonly from: string;
  readonly to: string;
  readonly cyclic: boolean;
}
