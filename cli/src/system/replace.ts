import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts the bytes in place of the file at once: a temporary file in the same folder, brought to the disk, then renamed. Mode and owner are kept.
 *
 * Our own, because write-file-atomic (7.0.1) takes a write that came short for a whole one: on a disk that runs full it renames a truncated file
 * into place. `writeFileSync` goes on until all is written, or throws.
 */
export function replaceFile(file: string, bytes: Buffer): void {
  const before = statSync(file, { throwIfNoEntry: false });
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(temporary, 'wx', before?.mode ?? 0o666);
    writeFileSync(descriptor, bytes);
    if (before) keepMode(descriptor, before);
    fsyncSync(descriptor);
    closeSync(descriptor);
    descriptor = undefined;
    renameSync(temporary, file);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw error;
  }
  bringToDisk(dirname(file));
}

function keepMode(descriptor: number, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give a file away; another user's file becomes ours, as with any editor that saves by renaming.
  }
  // After the owner: changing that takes set-user bits away.
  fchmodSync(descriptor, mode & 0o7777);
}

/** Makes the rename itself last, where the system allows a folder to be opened. */
function bringToDisk(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows has no such thing.
  }
}
