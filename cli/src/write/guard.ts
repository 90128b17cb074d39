import { dirname, join } from 'node:path';
import { Git } from '../discover/git.js';
import type { Ports } from '../ports.js';

export interface GuardOptions {
  readonly allowDirty: boolean;
  readonly allowNoVcs: boolean;
}

/** Why the files must not be written now, as lines for the user; empty when git could bring each of them back. */
export async function guard(
  ports: Ports,
  root: string,
  paths: readonly string[],
  options: GuardOptions,
): Promise<string[]> {
  const tops = new Map<string, Map<string, string> | undefined>();
  const folders = new Map<string, string | undefined>();
  const dirty: string[] = [];
  const unversioned: string[] = [];
  for (const path of paths) {
    const file = join(root, path);
    const folder = dirname(file);
    if (!folders.has(folder)) folders.set(folder, await new Git(ports.processes, folder).top());
    const top = folders.get(folder);
    if (top === undefined) {
      unversioned.push(path);
      continue;
    }
    if (!tops.has(top)) tops.set(top, await new Git(ports.processes, top).unsaved());
    const state = stateOf(tops.get(top)!, file);
    if (state !== undefined) dirty.push(`  ${path} ${state}`);
  }
  const lines: string[] = [];
  if (unversioned.length > 0 && !options.allowNoVcs)
    lines.push(
      `${unversioned.length === paths.length ? 'The files are' : `${unversioned[0]} is`} not in a git repository, so a mistake could not be seen there; --allow-no-vcs writes all the same (lockwise undo takes it back)`,
    );
  if (dirty.length > 0 && !options.allowDirty)
    lines.push('These files would be changed, and are not committed; commit them, or give --allow-dirty:', ...dirty);
  return lines;
}

/** An ignored folder is told as a whole. */
function stateOf(states: ReadonlyMap<string, string>, file: string): string | undefined {
  const own = states.get(file);
  if (own !== undefined) return own;
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    const state = states.get(`${folder}/`);
    if (state !== undefined) return state;
  }
  return undefined;
}
