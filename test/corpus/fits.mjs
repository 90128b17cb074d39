/** The rules that name a bug of each category, where need be with the evidence. A finding of another rule in the same lines does not count. */
const fittingRules = {
  'unreleased-on-some-path': [
    'require-release',
    'no-early-release',
    'no-await-before-release',
    'no-lock-callback-mode',
  ],
  'release-not-in-finally': ['require-release', 'no-await-before-release'],
  // A subscriber that comes back for the lock which is held over it: the message tells that deadlock, and no other of the rule's kinds of evidence counts.
  'reentrant-self-deadlock': [
    'no-reentrant-acquire',
    'no-nested-limiter',
    'no-lock-order-cycle',
    'no-lock-upgrade',
    'no-callback-in-lock deadlock',
  ],
  'double-release': ['no-foreign-release'],
  'wrong-key': [
    'no-foreign-release',
    'require-release',
    'no-unstable-lock-key',
    'no-local-lock',
    'no-leaky-keyed-lock',
  ],
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
 * What a run said of a bug. `found`: a fitting finding stands in the lines of the bug, itself and not only by a related place. `quiet`: where the list calls
 * the fixed file clean, no fitting finding is left in the functions that the bug was found in.
 */
export function verdictOf(bug, before, after) {
  const rules = fittingRules[bug.category];
  const fits = ({ rule, evidence }) => rules.includes(rule) || rules.includes(`${rule} ${evidence}`);
  const hits = before.filter((finding) => fits(finding) && touches(finding, bug));
  const symbols = new Set([bug.function, ...hits.map((finding) => finding.symbol)]);
  const again = bug.post_fix_expectation.startsWith('clean')
    ? after.filter((finding) => fits(finding) && symbols.has(finding.symbol))
    : [];
  return {
    found: hits.length > 0,
    rules: [...new Set(hits.map((finding) => finding.rule))],
    quiet: again.length === 0,
    again: again.map((finding) => `${finding.rule}:${finding.start.line}`),
  };
}

function touches({ start, end }, { line_start, line_end }) {
  return start.line <= line_end && (end ?? start).line >= line_start;
}
