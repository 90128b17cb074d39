/** `../../base/common/async.js` as a model writes it, with a `*` for any beginning of the relative path. */
export function anyBeginning(module: string): string {
  return module.replace(/^(\.\.?\/)+/, '*/');
}
