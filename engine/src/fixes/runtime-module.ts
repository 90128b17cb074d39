/** The package that the primitives of fixes come from. */
export const RUNTIME = '@lockwise/runtime';
