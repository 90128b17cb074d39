import type { DecoratorModel } from './models/decorator.js';
import type { LockModel } from './models/model.js';
import type { NamedProfile } from './profile/measurements.js';

export type Preset = 'recommended' | 'strict';
export type Level = 'off' | 'warn' | 'error';

/** What the analysis depends on besides the texts. Data only: nothing of it is ever executed. */
export interface Config {
  readonly preset: Preset;
  /** Levels that differ from the preset, by rule name. */
  readonly rules: Readonly<Record<string, Level | readonly [level: Level, options: object]>>;
  /** Locks that the built-in models do not know. */
  readonly locks: readonly LockModel[];
  /** Decorators that run a method under a lock. */
  readonly decorators?: readonly DecoratorModel[];
  /** What recorded runs measured. */
  readonly profiles?: readonly NamedProfile[];
}

export const defaultConfig: Config = { preset: 'recommended', rules: {}, locks: [] };

/** The level of a rule: what the configuration says, else its preset. */
export function levelOf(config: Config, rule: string, levels: Readonly<Record<Preset, Level>>): Level {
  const own = config.rules[rule];
  if (own === undefined) return levels[config.preset];
  return typeof own === 'string' ? own : own[0];
}

export function optionsOf(config: Config, rule: string): Readonly<Record<string, unknown>> {
  const own = config.rules[rule];
  return own === undefined || typeof own === 'string' ? {} : (own[1] as Record<string, unknown>);
}
