// Checks the source of published packages with the types of their compiler, and without: types may only add.
import assert from 'node:assert/strict';

/** With much locking each, and one where only types tell some of the locks; all of them would take a minute. */
const COMPARED = ['helia', 'livekit-client', 'powersync-common', 'wa-sqlite'];

/** @param tree a `TypedTree` of the packages */
export function typesOnlyAdd(tree) {
  const told = (...types) =>
    COMPARED.flatMap((folder) =>
      tree
        .reported('check', folder, '--preset', 'strict', '--no-cache', ...types)
        .findings.map(({ id, rule, path, start, message }) => `${path}:${start.line} ${rule} ${id}\n  ${message}`),
    );
  const without = told();
  const withTypes = told('--types');
  const gone = without.filter((finding) => !withTypes.includes(finding));
  assert.deepEqual(gone, [], 'types take findings back, or tell them in other words');
  const added = withTypes.filter((finding) => !without.includes(finding));
  assert.ok(added.length > 0, 'types add nothing: the test holds nothing');
  return `${without.length} findings without types in ${COMPARED.length} packages, the same and ${added.length} more with them`;
}
