import { resolve } from 'node:path';
import { ProfileError, readProfile, type NamedProfile, type Problem } from '@lockwise/engine';
import type { Files } from '../ports.js';

export interface ReadProfiles {
  readonly profiles: readonly NamedProfile[];
  /** One for each profile that cannot be used. */
  readonly problems: readonly Problem[];
}

/** Reads what `lockwise trace` recorded; paths are relative to a folder. */
export function readProfiles(files: Files, folder: string, names: readonly string[]): ReadProfiles {
  const profiles: NamedProfile[] = [];
  const problems: Problem[] = [];
  for (const name of names)
    try {
      const profile = readProfile(name, () => files.read(resolve(folder, name)).toString('utf8'));
      profiles.push({ name, profile });
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      problems.push({ path: name, message: error.message.slice(`${name}: `.length) });
    }
  return { profiles, problems };
}
