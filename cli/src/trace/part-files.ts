// The files in which each thread leaves its recording. A thread writes its own again and again while it runs, so that a
// killed process loses a second at most; whoever started the run adds them up when it ends.
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadProfile, type Profile, ProfileError } from './profile.js';
import { mergeProfiles } from './merge.js';

/** The name of the environment variable that tells a process where to leave its part. */
export const partsVariable = 'LOCKWISE_TRACE_PARTS';
/** The name of the environment variable that tells a program started without `lockwise trace` where to write the profile. */
export const outputVariable = 'LOCKWISE_TRACE_OUTPUT';
export const defaultOutput = 'lockwise-profile.json';

/** The folder for the parts of a run whose profile will be `output`: beside it, where there is room for both or neither. */
export function partsFolder(output: string): string {
  return `${output}.parts`;
}

const partName = /^\d+-\d+\.json$/;

/** Makes the folder, and drops what a killed run has left in it. Throws what the file system throws. */
export function prepareParts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (partName.test(name)) rmSync(join(folder, name));
}

export function writePart(folder: string, profile: Profile): void {
  const [{ process: pid, thread } = { process: 0, thread: 0 }] = profile.threads;
  writeWhole(join(folder, `${pid}-${thread}.json`), profile);
}

/** Writes a profile so that a reader sees the old one or the new one, never half of it. */
export function writeWhole(path: string, profile: Profile): void {
  const text = `${JSON.stringify(profile)}\n`;
  if (!isReplaceable(path)) return writeFileSync(path, text);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A device or a pipe is written to; only a file may be replaced. */
function isReplaceable(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile();
}

export interface CollectedParts {
  /** Nothing when no part could be read. */
  readonly profile?: Profile;
  /** One line for each part that could not be read. */
  readonly problems: readonly string[];
}

/** Adds up the parts of a run, the main process first. */
export function collectParts(folder: string): CollectedParts {
  const problems: string[] = [];
  const parts: Profile[] = [];
  for (const path of partPaths(folder))
    try {
      parts.push(loadProfile(path));
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      problems.push(error.message);
    }
  parts.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return { problems, ...(parts.length > 0 && { profile: mergeProfiles(parts) }) };
}

function partPaths(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => partName.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

export function removeParts(folder: string): void {
  for (const path of partPaths(folder)) rmSync(path, { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Something else is in it, which is not ours to remove.
  }
}

/** One line for a profile that could not be written. */
export function unwritable(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `cannot write ${path}: no space left (${code}); free some, or choose another place with -o FILE`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `cannot write ${path}: not permitted (${code}); choose another place with -o FILE`;
    case 'ENOENT':
      return `cannot write ${path}: there is no folder ${dirname(path)}; make it, or choose another place with -o FILE`;
    default:
      return `cannot write ${path}: ${code ?? message}; choose another place with -o FILE`;
  }
}
