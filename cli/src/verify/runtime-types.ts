import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packagedFile } from '../packaged.js';
import { runtimePackage } from '../plan/tiers.js';

/** The folder with the declarations of the runtime that this package carries: `index.d.ts`, and a folder for each other entry. */
export function runtimeTypesFolder(): string | undefined {
  return packagedFile('runtime-types') ?? packagedFile('runtime/dist');
}

/** The declarations that an import of the runtime, or of one of its other entries, means. */
export function runtimeDeclarations(specifier: string): string | undefined {
  const folder = runtimeTypesFolder();
  if (folder === undefined) return undefined;
  const file = join(folder, specifier.slice(runtimePackage.length), 'index.d.ts');
  return existsSync(file) ? file : undefined;
}
