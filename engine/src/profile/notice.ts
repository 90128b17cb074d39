import type { ProfileState } from './measurements.js';

/** One line about a profile that is not, or no longer, about the code: what, where, and what to do. Undefined when all is well. */
export function profileNotice({ name, places, stale }: ProfileState): string | undefined {
  if (places === 0)
    return `${name}: none of its places is in the files here; its paths are relative to the folder where the program was started`;
  const [first] = stale;
  if (!first) return undefined;
  const gone = stale.length === 1 ? 'one place is' : `${stale.length} places are`;
  return `${name}: stale: ${gone} no longer in the code, of ${places}, the first ${first.path}:${first.line} \`${first.text}\`; record it again with lockwise trace`;
}
