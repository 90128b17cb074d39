import { docsUrlOf, type RuleInfo } from '../rule-info.js';
import type { Check } from './check.js';
import { noLongHeldLock } from './hold-time/no-long-held-lock.js';
import { noReentrantAcquire } from './protocol/no-reentrant-acquire.js';
import { requireRelease } from './protocol/require-release.js';

/** Every check, in the order of the catalogue. */
export const checks: readonly Check[] = [requireRelease, noReentrantAcquire, noLongHeldLock];

/** What the shells offer: the same rules, without the code. */
export const rules: readonly RuleInfo[] = checks.map(({ name, summary, category, levels, optionsSchema }) => ({
  name,
  summary,
  category,
  levels,
  ...(optionsSchema ? { optionsSchema } : {}),
  docsUrl: docsUrlOf(name),
}));
