import type { Level } from './config.js';

/** What users are told of a rule, and what a shell needs to offer it. */
export interface RuleInfo {
  /** `no-x`, `prefer-y`: also the name of its check, of its test and of its page. */
  readonly name: string;
  /** One sentence: what is reported. */
  readonly summary: string;
  readonly category: 'protocol' | 'atomicity' | 'hold-time' | 'right-sizing';
  readonly levels: { readonly recommended: Level; readonly strict: Level };
  /** A JSON schema of the options object; absent when the rule has none. */
  readonly optionsSchema?: object;
  readonly docsUrl: string;
}

/** Where the page of a rule is. */
export function docsUrlOf(rule: string): string {
  return `https://github.com/lockwise/lockwise/blob/main/docs/rules/${rule}.md`;
}
