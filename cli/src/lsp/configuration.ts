import { levelOf, rules as ruleInfos, type Config, type Finding, type Level } from '@lockwise/engine';
import type { EslintLevels } from './eslint.js';
import { defaultSettings, type Settings } from './protocol.js';

/** The settings that a client sent, with the defaults for what it left out or spelled wrongly. */
export function settingsFrom(sent: unknown): Settings {
  if (typeof sent !== 'object' || sent === null) return defaultSettings;
  const given = sent as Record<string, unknown>;
  const taken: Record<string, unknown> = { ...defaultSettings };
  for (const [name, fallback] of Object.entries(defaultSettings)) {
    const value = given[name];
    if (typeof value === typeof fallback && value !== null && allowed(name, value)) taken[name] = value;
  }
  return taken as unknown as Settings;
}

const choices: Readonly<Record<string, readonly unknown[]>> = {
  run: ['onType', 'onSave'],
  preset: ['recommended', 'strict'],
  eslint: ['auto', 'off'],
};

function allowed(name: string, value: unknown): boolean {
  return choices[name]?.includes(value) ?? true;
}

/** What the analysis runs with: the project's own configuration, then its ESLint levels, then the user's settings. */
export function effectiveConfig(config: Config, eslint: EslintLevels | undefined, settings: Settings): Config {
  const rules: Record<string, Config['rules'][string]> = { ...config.rules };
  if (eslint !== undefined) Object.assign(rules, highestLevels(eslint));
  return {
    ...config,
    rules: { ...rules, ...settings.rules },
    locks: [...config.locks, ...(eslint?.locks ?? [])],
    decorators: [...(config.decorators ?? []), ...(eslint?.decorators ?? [])],
  };
}

const height: Readonly<Record<Level, number>> = { off: 0, warn: 1, error: 2 };

/** The analysis runs once for all files, so it takes each rule at the highest level that any file has it at. */
function highestLevels(eslint: EslintLevels): Record<string, Config['rules'][string]> {
  const highest: Record<string, Config['rules'][string]> = {};
  for (const levels of Object.values(eslint.files))
    for (const [rule, [level, options]] of Object.entries(levels)) {
      const known = highest[rule];
      if (known === undefined || height[level] > height[typeof known === 'string' ? known : known[0]])
        highest[rule] = options === undefined ? level : [level, options];
    }
  return highest;
}

/**
 * A file's findings at the levels that ESLint has for this file; a rule that is off there, or that it does not name, is
 * silent. A file that ESLint ignores has the own levels.
 */
export function atLevelsOf(
  path: string,
  findings: readonly Finding[],
  config: Config,
  eslint: EslintLevels | undefined,
  settings: Settings,
): readonly Finding[] {
  if (eslint === undefined) return findings;
  const levels = eslint.files[path];
  return findings.flatMap((finding) => {
    const given = settings.rules[finding.rule];
    if (levels === undefined) return lowered(finding, given ?? ownLevel(config, finding.rule));
    const level = given ?? levels[finding.rule]?.[0] ?? 'off';
    return level === 'off' ? [] : [{ ...finding, severity: level }];
  });
}

function ownLevel(config: Config, name: string): Level {
  const info = ruleInfos.find((rule) => rule.name === name);
  return info === undefined ? 'off' : levelOf(config, name, info.levels);
}

/** What was found at the highest level of all files, at a level that is at most as high. */
function lowered(finding: Finding, level: Level): Finding[] {
  if (level === 'off') return [];
  return [level === 'warn' ? { ...finding, severity: level } : finding];
}
