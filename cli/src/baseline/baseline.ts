import { dirname, join, resolve } from 'node:path';
import { Baseline } from '@lockwise/engine';
import type { Files } from '../ports.js';

/** A file of known findings, and where it is. */
export interface BaselineFile {
  /** Absolute. */
  readonly file: string;
  /** Empty where there is no such file yet. */
  readonly baseline: Baseline;
  readonly exists: boolean;
}

/** The file of that name in the root, or the nearest one above it in the same repository; where none is, the one that could be in the root. */
export function baselineAt(files: Files, root: string, name: string): BaselineFile {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = resolve(folder, name);
    if (files.stat(file)?.kind === 'file')
      return { file, baseline: Baseline.parse(files.read(file).toString('utf8')), exists: true };
    if (dirname(folder) === folder || files.lstat(join(folder, '.git')))
      return { file: resolve(root, name), baseline: Baseline.empty(), exists: false };
  }
}
