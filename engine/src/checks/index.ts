import { docsUrlOf, type RuleInfo } from '../rule-info.js';
import { atomicityChecks } from './atomicity/index.js';
import type { Check } from './check.js';
import { holdTimeChecks } from './hold-time/index.js';
import { protocolChecks } from './protocol/index.js';
import { rightSizingChecks } from './right-sizing/index.js';

/** Every check, in the order of the catalogue. */
export const checks: readonly Check[] = [
  ...protocolChecks,
  ...atomicityChecks,
  ...holdTimeChecks,
  ...rightSizingChecks,
];

/** What the shells offer: the same rules, without the code. */
export const rules: readonly RuleInfo[] = checks.map(({ name, summary, category, levels, optionsSchema }) => ({
  name,
  summary,
  category,
  levels,
  ...(optionsSchema ? { optionsSchema } : {}),
  docsUrl: docsUrlOf(name),
}));
