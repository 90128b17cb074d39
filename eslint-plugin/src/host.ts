import { readFileSync, statSync } from 'node:fs';
import type { Host } from '@lockwise/engine';
import { createNodeHost, isThere } from '@lockwise/engine/node';

/** Sees no file but the one that is linted. */
export const lonelyHost: Host = {
  parse: () => {
    throw new Error('no other file is seen');
  },
  read: () => undefined,
  resolve: () => undefined,
};

/** The files of a folder as calls lead to them, and whether they are still what they were when they were read. */
export interface WatchedHost {
  readonly host: Host;
  hasChanged(): boolean;
}

/** How long files that were read are taken as unchanged, in milliseconds: an editor keeps ESLint running while they are edited. */
const FRESH = 1000;

/** The files below a folder. Without `oxc-parser` and `oxc-resolver`, which may be absent, none is seen. */
export function treeHost(root: string): WatchedHost {
  if (!isThere('oxc-parser') || !isThere('oxc-resolver')) return { host: lonelyHost, hasChanged: () => false };
  const seen = new Map<string, string>();
  let validated = Date.now();
  const readBytes = (file: string) => {
    seen.set(file, stateOf(file));
    return readFileSync(file);
  };
  return {
    host: createNodeHost({ root, readBytes }),
    hasChanged() {
      if (Date.now() - validated < FRESH) return false;
      validated = Date.now();
      return [...seen].some(([file, state]) => stateOf(file) !== state);
    },
  };
}

/** Changes when the file does. */
export function stateOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size}` : 'absent';
}
