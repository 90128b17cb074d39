import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { FileTrouble, type FileStat, type Files } from '../ports.js';
import { replaceFile } from './replace.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'is not accessible to this user; check its permissions',
  EPERM: 'is not accessible to this user; check its permissions',
  EROFS: 'is on a read-only file system',
  ENOENT: 'does not exist; check the path',
  ENOTDIR: 'does not exist; check the path',
  EISDIR: 'is a folder',
  ENOSPC: 'could not be written: the disk is full',
  EDQUOT: 'could not be written: the disk quota is used up',
  EFBIG: 'could not be written: it would be larger than the system allows',
  ELOOP: 'is a symbolic link that leads back to itself',
  EMFILE: 'could not be opened: too many files are open',
};

/** What a failed call to the system means for the user. */
function fileTrouble(error: unknown): FileTrouble {
  if (error instanceof FileTrouble) return error;
  const { code, message, path } = error as NodeJS.ErrnoException;
  // Not the system's refusal, but a mistake of ours.
  if (code === undefined) throw error;
  return new FileTrouble(code, REASONS[code] ?? `could not be used: ${message}`, path);
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileTrouble(error);
  }
}

function optional<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function kindOf(entry: Stats | Dirent): FileStat['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
}

/** An exception costs more than the question. */
const unlessAbsent = { throwIfNoEntry: false } as const;

function described(stats: Stats | undefined): FileStat | undefined {
  if (!stats) return undefined;
  const { size, nlink, mode, dev, ino, ctimeMs } = stats;
  return { kind: kindOf(stats), size, links: nlink, mode, identity: `${dev}:${ino}`, changed: ctimeMs };
}

/** Where the bytes are that were looked at last. */
let looked = Buffer.alloc(0);

function lookAt(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      if (length === looked.length) looked = Buffer.concat([looked], Math.max(2 * length, 1024 * 1024));
      const more = readSync(file, looked, length, looked.length - length, null);
      if (more === 0) return looked.subarray(0, length);
      length += more;
    }
  } finally {
    closeSync(file);
  }
}

export const disk: Files = {
  read: (path) => attempt(() => readFileSync(path)),
  look: (path) => attempt(() => lookAt(path)),
  stat: (path) => optional(() => described(statSync(path, unlessAbsent))),
  lstat: (path) => optional(() => described(lstatSync(path, unlessAbsent))),
  realpath: (path) => optional(() => realpathSync(path)),
  list: (folder) =>
    (optional(() => readdirSync(folder, { withFileTypes: true })) ?? [])
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  writable: (path) => {
    // Root may write everything: the mode says what its owner wanted.
    const mode = optional(() => statSync(path).mode) ?? 0o200;
    if ((mode & 0o222) === 0) return false;
    return optional(() => (accessSync(path, constants.W_OK), true)) ?? false;
  },
  replace: async (path, bytes) => {
    try {
      replaceFile(path, bytes);
    } catch (error) {
      throw fileTrouble(error);
    }
  },
  keep: (path, bytes) => {
    optional(() => {
      mkdirSync(dirname(path), { recursive: true });
      // Two runs at once may write the same: each its own file, and the last rename wins.
      const temporary = `${path}.${process.pid}.tmp`;
      writeFileSync(temporary, bytes);
      renameSync(temporary, path);
    });
  },
  append: (path, text) => {
    optional(() => {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, text);
    });
  },
  makeFolder: (path) => attempt(() => void mkdirSync(path, { recursive: true })),
  remove: (path) => attempt(() => rmSync(path, { recursive: true, force: true })),
};
