import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file that this package carries, whether it runs from its bundle or from its sources; undefined where the build left it out. */
export function packagedFile(name: string): string | undefined {
  // The bundle, its chunks and the sources have it at different distances.
  return ['./', '../', '../dist/', '../../dist/', '../../../']
    .map((folder) => fileURLToPath(new URL(folder + name, import.meta.url)))
    .find((file) => existsSync(file));
}
