/** The rules that name a bug of each category. A finding of another rule in the same lines does not count. */
export const fittingRules = {
  'unreleased-on-some-path': [
    'require-release',
    'no-early-release',
    'no-await-before-release',
    'no-lock-callback-mode',
  ],
  'release-not-in-finally': ['require-release', 'no-await-before-release'],
  'reentrant-self-deadlock': ['no-reentrant-acquire', 'no-nested-limiter', 'no-lock-order-cycle', 'no-lock-upgrade'],
  'double-release': ['no-foreign-release'],
  'wrong-key': ['no-foreign-release', 'require-release', 'no-unstable-lock-key', 'no-local-lock'],
  'guarded-field-accessed-without-lock': [
    'no-unguarded-access',
    'require-recheck-in-lock',
    'no-stale-write-after-await',
    'no-split-lock',
    'no-check-then-act',
  ],
  'check-then-act-without-lock': [
    'no-check-then-act',
    'no-stale-write-after-await',
    'require-recheck-in-lock',
    'no-unguarded-access',
  ],
  'long-held': [
    'no-long-held-lock',
    'no-callback-in-lock',
    'no-delay-in-lock',
    'no-await-loop-in-lock',
    'prefer-quick-read',
  ],
  'no-timeout': ['require-acquire-timeout', 'no-long-held-lock'],
  'redundant-lock': ['no-redundant-lock', 'prefer-atomic-counter'],
};

/** The categories that the protocol rules serve. */
export const protocolCategories = [
  'unreleased-on-some-path',
  'release-not-in-finally',
  'reentrant-self-deadlock',
  'double-release',
  'wrong-key',
];

/**
 * What a run said of a bug: `found` where a fitting finding begins in the lines of the bug or its symbol is the function, `quiet` when the fixed file has
 * no fitting finding in that function (undefined where the list does not call it clean).
 */
export function verdictOf(bug, before, after) {
  const fits = (finding) => fittingRules[bug.category].includes(finding.rule) && finding.path === bug.path;
  const hits = before.filter(
    (finding) =>
      fits(finding) &&
      [finding, ...finding.related].some(
        ({ path, start }) => path === bug.path && start.line >= bug.line_start && start.line <= bug.line_end,
      ),
  );
  const symbols = new Set([bug.function, ...hits.map((finding) => finding.symbol)]);
  const again = after.filter((finding) => fits(finding) && symbols.has(finding.symbol));
  return {
    found: hits.length > 0,
    rules: [...new Set(hits.map((finding) => finding.rule))],
    quiet: bug.post_fix_expectation.startsWith('clean') ? again.length === 0 : undefined,
    again: again.map((finding) => `${finding.rule}:${finding.start.line}`),
  };
}
