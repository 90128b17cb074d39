import { dirname, join, relative, sep } from 'node:path';
import {
  defaultConfig,
  readDecorators,
  readLockModels,
  rules as knownRules,
  type Config,
  type Level,
  type Preset,
  type Problem,
} from '@lockwise/engine';
import { parse as parseJsonc, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { Narrowing } from './arguments.js';
import { FileTrouble, type Files } from './ports.js';

const configurationFiles = ['lockwise.config.jsonc', 'lockwise.config.json'] as const;

export interface Configuration {
  readonly config: Config;
  /** Patterns, in the manner of `.gitignore`, of files that are not checked. */
  readonly ignore: readonly string[];
  readonly problems: readonly Problem[];
  /** The file it comes from, relative to the root. */
  readonly source?: string;
}

/** Reads the configuration of a folder, or the nearest one above it. What makes no sense is a problem, and is left out; the rest holds. */
export function readConfiguration(files: Files, root: string, named?: string): Configuration {
  const file = named === undefined ? nearest(files, root) : join(root, named);
  if (file === undefined) return { config: defaultConfig, ignore: [], problems: [] };
  const path = relative(root, file).split(sep).join('/');
  const reader = new ConfigurationReader(path);
  try {
    return {
      ...reader.read(
        files
          .read(file)
          .toString('utf8')
          .replace(/^\uFEFF/, ''),
      ),
      source: path,
    };
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return { config: defaultConfig, ignore: [], problems: [{ path, message: error.message }], source: path };
  }
}

function nearest(files: Files, root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = configurationFiles
      .map((name) => join(folder, name))
      .find((file) => files.stat(file)?.kind === 'file');
    if (found !== undefined) return found;
    // A repository is a world of its own.
    if (dirname(folder) === folder || files.lstat(join(folder, '.git'))) return undefined;
  }
}

const LEVELS: readonly unknown[] = ['off', 'warn', 'error'];
const KEYS = ['$schema', 'preset', 'rules', 'locks', 'decorators', 'ignore'];

class ConfigurationReader {
  readonly #problems: Problem[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(text: string): Omit<Configuration, 'source'> {
    const errors: ParseError[] = [];
    const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
    const [error] = errors;
    if (error)
      this.#problem(`is not valid JSON: ${printParseErrorCode(error.error)}`, [
        error.offset,
        error.offset + error.length,
      ]);
    else if (!isRecord(value)) this.#problem('must be one JSON object');
    const given = !error && isRecord(value) ? value : {};
    for (const key of Object.keys(given))
      if (!KEYS.includes(key)) this.#problem(`has an unknown key "${key}"; known are ${KEYS.join(', ')}`);
    return {
      config: {
        preset: this.#preset(given['preset']),
        rules: this.#rules(given['rules']),
        locks: this.#locks(given['locks']),
        decorators: this.#decorators(given['decorators']),
      },
      ignore: this.#ignore(given['ignore']),
      problems: this.#problems,
    };
  }

  #problem(message: string, span?: readonly [number, number]): void {
    this.#problems.push({ path: this.#path, message, ...(span && { span }) });
  }

  #preset(value: unknown): Preset {
    if (value === undefined || value === 'recommended' || value === 'strict') return value ?? 'recommended';
    this.#problem(`"preset" must be "recommended" or "strict", and is ${JSON.stringify(value)}`);
    return 'recommended';
  }

  #rules(value: unknown): Config['rules'] {
    if (value === undefined) return {};
    if (!isRecord(value)) {
      this.#problem('"rules" must be an object of rule names and levels');
      return {};
    }
    const taken: Record<string, Config['rules'][string]> = {};
    for (const [name, setting] of Object.entries(value)) {
      const [level, options] = Array.isArray(setting) ? (setting as unknown[]) : [setting, undefined];
      if (!isKnownRule(name)) this.#problem(unknownRule(name));
      else if (!LEVELS.includes(level))
        this.#problem(`"rules.${name}" must be "off", "warn" or "error", and is ${JSON.stringify(level)}`);
      else if (options !== undefined && !isRecord(options))
        this.#problem(`the options of "rules.${name}" must be an object`);
      else taken[name] = options === undefined ? (level as Level) : [level as Level, options];
    }
    return taken;
  }

  #locks(value: unknown): Config['locks'] {
    if (value === undefined) return [];
    const { models, errors } = readLockModels(value);
    for (const error of errors) this.#problem(`has a lock that makes no sense: ${error}`);
    return models;
  }

  #decorators(value: unknown): NonNullable<Config['decorators']> {
    if (value === undefined) return [];
    const { decorators, errors } = readDecorators(value);
    for (const error of errors) this.#problem(`has a decorator that makes no sense: ${error}`);
    return decorators;
  }

  #ignore(value: unknown): readonly string[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.#problem('"ignore" must be a list of patterns');
    return [];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isKnownRule(name: string): boolean {
  return knownRules.some((rule) => rule.name === name);
}

export function unknownRule(name: string): string {
  const names = knownRules.map((rule) => rule.name);
  const near = names.filter((known) => known.split('-').some((word) => word.length > 3 && name.includes(word)));
  return `has an unknown rule "${name}"; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'lockwise explain lists those that there are'}`;
}

/** The configuration with what the command line says about rules. `--rule` turns a rule on even where the preset has it off. */
export function narrowed(config: Config, { preset, rule, skip }: Narrowing, hasSource: boolean): Config {
  const base: Config = { ...config, preset: !hasSource && preset !== undefined ? preset : config.preset };
  if (rule.length === 0 && skip.length === 0) return base;
  const rules: Record<string, Config['rules'][string]> = { ...base.rules };
  for (const { name, levels } of knownRules) {
    const wanted = rule.length === 0 || rule.includes(name);
    if (!wanted || skip.includes(name)) rules[name] = 'off';
    else if (rule.length > 0 && currentLevel(base, name, levels) === 'off')
      rules[name] = levels.strict === 'off' ? 'warn' : levels.strict;
  }
  return { ...base, rules };
}

function currentLevel(config: Config, name: string, levels: Readonly<Record<Preset, Level>>): Level {
  const own = config.rules[name];
  return own === undefined ? levels[config.preset] : typeof own === 'string' ? own : own[0];
}
