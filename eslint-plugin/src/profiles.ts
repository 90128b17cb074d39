import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ProfileError, profileNotice, readProfile, type NamedProfile, type Project } from '@lockwise/engine';

/** Recorded profiles as they are on the disk now. */
export interface Profiles {
  readonly given: readonly NamedProfile[];
  /** Tells one state of the files from another. */
  readonly version: string;
}

/** How long a profile is taken as unchanged, in milliseconds: the question comes once per rule and file. */
const FRESH = 1000;

const read = new Map<string, { profiles: Profiles; asked: number }>();

/** Reads what `settings.lockwise.profile` names, relative to a folder. Throws one line that says what is wrong with a file. */
export function profilesOf(names: readonly string[], folder: string): Profiles | undefined {
  if (names.length === 0) return undefined;
  const key = JSON.stringify([folder, names]);
  const known = read.get(key);
  if (known && Date.now() - known.asked < FRESH) return known.profiles;
  const files = names.map((name) => resolve(folder, name));
  const version = `${key} ${files.map(stateOf).join(' ')}`;
  const profiles =
    known?.profiles.version === version
      ? known.profiles
      : { given: names.map((name, index) => named(name, files[index]!)), version };
  read.set(key, { profiles, asked: Date.now() });
  return profiles;
}

function named(name: string, file: string): NamedProfile {
  try {
    return { name, profile: readProfile(name, () => readFileSync(file, 'utf8')) };
  } catch (error) {
    throw error instanceof ProfileError ? new Error(`settings.lockwise.profile: ${error.message}`) : error;
  }
}

function stateOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}/${stats.size}` : 'absent';
}

const told = new Set<string>();

/** Says once on stderr, for there is no place in a file for it, that a profile is about older code. */
export function tellStale(project: Project, { version }: Profiles): void {
  if (told.has(version)) return;
  told.add(version);
  for (const state of project.profileStates()) {
    const notice = state.stale.length > 0 ? profileNotice(state) : undefined;
    if (notice !== undefined) process.emitWarning(notice, { type: 'LockwiseWarning' });
  }
}
