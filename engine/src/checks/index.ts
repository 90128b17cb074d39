import { docsUrlOf, type RuleInfo } from '../rule-info.js';
import type { Check } from './check.js';
import { noLongHeldLock } from './hold-time/no-long-held-lock.js';
import { requireRelease } from './protocol/require-release.js';
import { noNestedLockType } from './right-sizing/no-nested-lock-type.js';
import { preferAtomicCounter } from './right-sizing/prefer-atomic-counter.js';

/** Every check, in the order of the catalogue. */
export const checks: readonly Check[] = [requireRelease, noLongHeldLock, noNestedLockType, preferAtomicCounter];

/** What the shells offer: the same rules, without the code. */
export const rules: readonly RuleInfo[] = checks.map(({ name, summary, category, levels, optionsSchema }) => ({
  name,
  summary,
  category,
  levels,
  ...(optionsSchema ? { optionsSchema } : {}),
  docsUrl: docsUrlOf(name),
}));
