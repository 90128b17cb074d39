/** A suspension that something outside ends, sooner or later. When it ends is up to the schedule. */
declare function pause(name?: string): Promise<undefined>;

/** Takes each of the values in some schedule. */
declare function choose<V>(name: string, values: readonly V[]): V;
