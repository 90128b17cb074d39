import type { LockModel } from './model.js';

/** A decorator that runs a whole method under a lock, as data. No name is known by itself: each comes from a configuration. */
export interface DecoratorModel {
  /** The name by which it is exported, or declared. */
  readonly name: string;
  /** The specifiers it is imported by, as those of a lock model; empty where any decorator of that name is meant. */
  readonly modules: readonly string[];
  /**
   * Whose lock it is: one for each object (`this`), for each method of each object, for each class, one for all (`global`), or the lock that the object
   * keeps by a name (`this.mutex`).
   */
  readonly lock: DecoratorScope | `this.${string}`;
  /** The position of the argument that is the lock, or the name of the member that is. Without that argument, `lock` tells. */
  readonly lockArg?: number;
  /** The position of the argument that chooses one lock among several. */
  readonly keyArg?: number;
  /** What may be relied on where the lock is the decorator's own. */
  readonly model: LockModel;
}

export type DecoratorScope = (typeof decoratorScopes)[number];

export const decoratorScopes = ['this', 'method', 'class', 'global'] as const;
