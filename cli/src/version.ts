/** The version of this release, and of the runtime that goes with it. A test compares it with the manifest. */
export const version = '0.1.0';
