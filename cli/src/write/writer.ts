import { join } from 'node:path';
import { encode } from '@lockwise/engine/node';
import { FileTrouble, type Files, type Ports } from '../ports.js';
import { breathe } from '../read/sources.js';
import type { Change } from '../report/outcome.js';
import { hashOf, JournalStore, type Journal, type JournalEntry } from './journal.js';

/** A file that is not written, and why. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

export interface Written {
  readonly paths: readonly string[];
  readonly refused: readonly Refusal[];
  /** Why not all was written, when the user stopped it or the disk did. */
  readonly ended?: string;
}

/** Why a file must not be written, or undefined. */
function refusal(files: Files, root: string, { path, before, byteOrderMark }: Change): string | undefined {
  const file = join(root, path);
  const stat = files.lstat(file);
  if (stat === undefined) return 'is gone since it was read';
  if (stat.kind !== 'file') return 'is not a file any more';
  if (stat.links > 1) return `has ${stat.links} hard links: writing it would part them`;
  if (!files.writable(file)) return 'is not writable by this user, or marked read-only';
  return files.read(file).equals(encode(before, byteOrderMark))
    ? undefined
    : 'was changed by someone else since it was read';
}

/** The files among these that must not be written. */
export function refusals(files: Files, root: string, changes: readonly Change[]): Refusal[] {
  return changes.flatMap((change) => {
    const reason = refusal(files, root, change);
    return reason === undefined ? [] : [{ path: change.path, reason }];
  });
}

/** Changes the files, each at once, with a journal of it all. What cannot be written is left as it is, and told. */
export async function writeChanges(ports: Ports, root: string, changes: readonly Change[]): Promise<Written> {
  const refused = refusals(ports.files, root, changes);
  const good = changes.filter(({ path }) => !refused.some((one) => one.path === path));
  if (good.length === 0) return { paths: [], refused };
  const store = new JournalStore(ports, root);
  let journal: Journal;
  try {
    journal = await store.begin(
      root,
      good.map(({ path, before, after, byteOrderMark }) => ({
        path,
        before: encode(before, byteOrderMark),
        after: encode(after, byteOrderMark),
      })),
    );
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return { paths: [], refused, ended: `the journal ${error.message}; nothing was changed` };
  }
  const moved = await carryOut(ports, store, journal.root, journal.entries, 'after');
  return { ...moved, refused: [...refused, ...moved.refused] };
}

/** Brings each file of the journal from one state to the other. One that is in neither state is someone else's work, and stays. */
export async function carryOut(
  ports: Ports,
  store: JournalStore,
  root: string,
  entries: readonly JournalEntry[],
  goal: 'before' | 'after',
): Promise<Written> {
  const paths: string[] = [];
  const refused: Refusal[] = [];
  for (const [index, entry] of entries.entries()) {
    await breathe();
    if (ports.interrupted())
      return {
        paths,
        refused,
        ended: `stopped after ${index} of ${entries.length} files; go on with lockwise fix --resume`,
      };
    try {
      const outcome = await bringTo(ports.files, store, join(root, entry.path), entry, goal);
      if (outcome === 'moved') paths.push(entry.path);
      else if (outcome === 'foreign')
        refused.push({ path: entry.path, reason: 'was changed by someone else meanwhile' });
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      refused.push({ path: entry.path, reason: error.message });
      if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
        return {
          paths,
          refused,
          ended: `the disk is full after ${paths.length} of ${entries.length} files; make room, then lockwise fix --resume, or lockwise undo`,
        };
    }
  }
  return { paths, refused };
}

async function bringTo(
  files: Files,
  store: JournalStore,
  file: string,
  entry: JournalEntry,
  goal: 'before' | 'after',
): Promise<'moved' | 'there' | 'foreign'> {
  const current = hashOf(files.read(file));
  if (current === entry[goal]) return 'there';
  if (current !== entry[goal === 'after' ? 'before' : 'after']) return 'foreign';
  await files.replace(file, store.bytes(entry[goal]));
  return 'moved';
}
