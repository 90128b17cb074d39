// Profiles on the disk. What the engine knows of their format comes from here too, for the recorder is loaded file by file
// into the program that is recorded, where there is no engine: the build puts that part of it into this one file.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { normalizedLine, readProfile, type Profile } from '@lockwise/engine/profile';

export * from '@lockwise/engine/profile';

/** Reads a profile from disk. Throws a `ProfileError` when that cannot be done. */
export function loadProfile(path: string): Profile {
  return readProfile(path, () => readFileSync(path, 'utf8'));
}

/** The hash by which a line is known again: of its text with every run of white space as one space. */
export function lineHash(line: string): string {
  return createHash('sha256').update(normalizedLine(line)).digest('hex').slice(0, 16);
}
