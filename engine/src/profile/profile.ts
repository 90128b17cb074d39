// The profile that a recording writes: its types, and reading it with one clear line for whatever is wrong. The format is
// described in docs/trace.md and by cli/schema/profile-1.schema.json.
import type { HistogramData } from './histogram.js';
import { profileFault } from './shape.js';

export const profileFormat = 'lockwise-profile';
export const profileVersion = 1;

/** One recorded run of a program with all its threads and child processes. Durations are milliseconds. */
export interface Profile {
  readonly format: typeof profileFormat;
  readonly version: typeof profileVersion;
  /** When the recording began, in ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Whether every thread ended by itself; otherwise something was killed, and the figures cover what came before. */
  readonly complete: boolean;
  readonly command: readonly string[];
  readonly threads: readonly ThreadData[];
  readonly sites: readonly SiteData[];
  /** Locks that made somebody wait, and those that were held or waited for at the end. */
  readonly locks: readonly LockData[];
  readonly timeline: TimelineData;
  readonly deadlocks: readonly DeadlockData[];
  /** Locks that were held or waited for when their thread ended. */
  readonly atEnd: readonly LockAtEnd[];
}

export interface ThreadData {
  readonly process: number;
  /** 0 is the main thread. */
  readonly thread: number;
  readonly node: string;
  readonly complete: boolean;
  readonly exitCode?: number;
}

/** A place in the program that takes a lock, and what happened there. */
export interface SiteData {
  /** Referred to by other parts of the same profile; of no meaning outside of it. */
  readonly id: number;
  /** Relative to the folder where the program was started, with `/`; empty when the site could not be found out. */
  readonly path: string;
  /** Line and column of the call in the original source, from 1. */
  readonly line: number;
  readonly column: number;
  /** The enclosing path, such as `Class.method`; empty at the top of a module. */
  readonly symbol: string;
  /** The method or function called there. */
  readonly operation: string;
  readonly library: string;
  /** The line's text, without the white space around it, at most 160 characters. */
  readonly text: string;
  /** The width of the white space before it: the column follows the indentation. */
  readonly indent: number;
  /** The first 16 hexadecimal digits of the SHA-256 of the whole line, as {@link normalizedLine} gives it. */
  readonly lineHash: string;
  /** Which of the file's lines with this hash it is, from 0, and how many there were. */
  readonly occurrence: number;
  readonly occurrences: number;
  readonly acquisitions: number;
  readonly contended: number;
  /** Requests that ended without the lock: cancelled, aborted or refused; and those that ran out of time. */
  readonly abandoned: number;
  readonly timedOut: number;
  readonly heldAtEnd: number;
  readonly waitingAtEnd: number;
  readonly wait: HistogramData;
  readonly hold: HistogramData;
  /** The depth of the queue that contended requests met, themselves included: by powers of two. */
  readonly queueDepth: readonly (readonly [from: number, count: number])[];
  readonly maxQueueDepth: number;
  /** Behind which sites' holders requests of this site waited. */
  readonly blockedBy: readonly BlockedBy[];
}

export interface BlockedBy {
  readonly site: number;
  readonly waits: number;
  readonly waitMs: number;
}

export interface LockData {
  readonly id: number;
  readonly library: string;
  readonly kind: string;
  readonly name?: string;
  /** Where it was asked for first. */
  readonly firstSite: number;
  readonly acquisitions: number;
  readonly contended: number;
  readonly waitMs: number;
  readonly maxWaiters: number;
}

/** The last requests that waited or made others wait. Times are since `startedAt`. */
export interface TimelineData {
  readonly rows: readonly TimelineRowData[];
  /** How many earlier rows were dropped. */
  readonly dropped: number;
}

export interface TimelineRowData {
  readonly lock: number;
  readonly site: number;
  readonly asked: number;
  /** Absent when the request was abandoned. */
  readonly granted?: number;
  readonly ended: number;
}

/** Requests each of which waits for a lock that the next one's task holds; the last waits for the first. */
export interface DeadlockData {
  readonly waits: readonly { readonly site: number; readonly lock: number; readonly heldBy: number }[];
}

export interface LockAtEnd {
  readonly lock: number;
  readonly holders: readonly { readonly site: number; readonly forMs: number }[];
  readonly waiters: readonly { readonly site: number; readonly forMs: number }[];
}

/** A profile that cannot be used: the message is one line that says what, where and what to do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/** Reads a profile by `read`, which gives the text of the file of that name. Throws a {@link ProfileError} when that cannot be done. */
export function readProfile(name: string, read: (name: string) => string): Profile {
  let text: string;
  try {
    text = read(name);
  } catch (error) {
    throw new ProfileError(`${name}: ${unreadable(error)}`);
  }
  return parseProfile(text, name);
}

/** Reads a profile from its text; `name` is what messages call it. Throws a {@link ProfileError}. */
export function parseProfile(text: string, name: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const cut = text.trimStart().startsWith(`{"format":"${profileFormat}"`);
    throw new ProfileError(
      cut
        ? `${name}: the profile is cut off, as when the disk is full; record it again with lockwise trace`
        : `${name}: not a lockwise profile (not JSON); write one with: lockwise trace -o FILE -- node app.js`,
    );
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== profileFormat)
    throw new ProfileError(
      `${name}: not a lockwise profile (no "format": "${profileFormat}"); write one with: lockwise trace -o FILE -- node app.js`,
    );
  if (version !== profileVersion)
    throw new ProfileError(
      `${name}: a profile of version ${String(version)}, but this lockwise reads version ${profileVersion}; ` +
        (Number(version) > profileVersion ? 'update lockwise' : 'record it again with lockwise trace'),
    );
  const fault = profileFault(value);
  if (fault !== undefined)
    throw new ProfileError(`${name}: a damaged profile (${fault}); record it again with lockwise trace`);
  return value as Profile;
}

function unreadable(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  switch (code) {
    case 'ENOENT':
      return 'no such file; write a profile with: lockwise trace -o FILE -- node app.js';
    case 'EISDIR':
      return 'a folder, not a profile; name the JSON file that lockwise trace wrote';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read; check its permissions';
    default:
      return `cannot be read (${code ?? message}); check the file and its disk`;
  }
}

/** A line's text as it is compared: without the white space around it, each run of white space as one space. */
export function normalizedLine(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}
