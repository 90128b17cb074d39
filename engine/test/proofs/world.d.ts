/** A suspension that something outside ends, sooner or later. When it ends is up to the schedule. */
declare function pause(name?: string): Promise<undefined>;

/** Takes each of the values in some schedule. */
declare function choose<V>(name: string, values: readonly V[]): V;

/** The disk: a file is read when the schedule says so, and its text is its own name. */
declare module 'node:fs/promises' {
  export function readFile(path: string, encoding: 'utf8'): Promise<string>;
}
