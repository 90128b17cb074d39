import type { LockModel } from './models/model.js';

export type Preset = 'recommended' | 'strict';
export type Level = 'off' | 'warn' | 'error';

/** What the analysis depends on besides the texts. Data only: nothing of it is ever executed. */
export interface Config {
  readonly preset: Preset;
  /** Levels that differ from the preset, by rule name. */
  readonly rules: Readonly<Record<string, Level | readonly [level: Level, options: object]>>;
  /** Locks that the built-in models do not know. */
  readonly locks: readonly LockModel[];
}

export const defaultConfig: Config = { preset: 'recommended', rules: {}, locks: [] };
