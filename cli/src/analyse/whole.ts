import { dirname, join } from 'node:path';
import { wholeProject, type Manifest, type ProjectFiles, type WholeProject } from '@lockwise/engine';
import { sourceOf } from '@lockwise/engine/node';
import type { Discovered } from '../discover/discovery.js';
import { FileTrouble, type Files } from '../ports.js';

/** The part of a project that a run sees, which is not the whole of it. */
export function partOfProject(why: string): WholeProject {
  return { published: () => why, naming: () => [] };
}

/** A run over all that is below a root. */
export function wholeOf(
  files: Files,
  { root, paths, others }: Discovered,
  host: Pick<ProjectFiles, 'read' | 'resolve'>,
): WholeProject {
  if (isPartOfRepository(files, root)) return partOfProject('the run is about a part of the repository');
  return wholeProject({
    ...host,
    paths: [...paths, ...others].sort(),
    manifest: (folder) => manifestIn(files, join(root, folder)),
    mayContain(path, text) {
      try {
        return files.look(join(root, path)).includes(text);
      } catch (error) {
        if (error instanceof FileTrouble) return true;
        throw error;
      }
    },
    source: (folder, target) => sourceOf(root, folder, target),
  });
}

/** Whether a folder lies in a repository: what is beside it there may use what is in it. */
function isPartOfRepository(files: Files, root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (files.stat(join(folder, '.git'))) return folder !== root;
    if (folder === dirname(folder)) return false;
  }
}

function manifestIn(files: Files, folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  if (files.stat(file)?.kind !== 'file') return undefined;
  try {
    const value: unknown = JSON.parse(
      files
        .read(file)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    if (typeof value === 'object' && value !== null) return value as Manifest;
  } catch {
    // Reported by whoever installs packages.
  }
  // What cannot be read may publish everything.
  return { name: 'package.json', version: '' };
}
