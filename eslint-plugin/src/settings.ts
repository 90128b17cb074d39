import {
  baselineFile,
  readDecorators,
  readLockModels,
  type DecoratorModel,
  type LockModel,
  type Preset,
} from '@lockwise/engine';
import type { Rule } from 'eslint';

/** What a configuration says under `settings.lockwise`. */
export interface Settings {
  readonly preset: Preset;
  readonly locks: readonly LockModel[];
  readonly decorators: readonly DecoratorModel[];
  /** The folder that paths and other files are seen from. */
  readonly root: string;
  /** Recorded profiles, relative to the root. */
  readonly profiles: readonly string[];
  /** The file of known findings, relative to the root; false where none counts. */
  readonly baseline: string | false;
}

const known = ['preset', 'locks', 'decorators', 'root', 'profile', 'baseline'];

/** Reads and checks the settings. Throws one line that says what is wrong and where, as ESLint does for its own configuration. */
export function readSettings(context: Rule.RuleContext): Settings {
  const given = context.settings['lockwise'];
  if (given !== undefined && !isRecord(given)) throw new Error('settings.lockwise must be an object');
  const settings = given ?? {};
  for (const name of Object.keys(settings))
    if (!known.includes(name)) throw new Error(`settings.lockwise.${name} is unknown; known are ${known.join(', ')}`);
  const { preset = 'recommended', locks = [], decorators = [], root = context.cwd } = settings;
  const { profile = [], baseline = baselineFile } = settings;
  if (preset !== 'recommended' && preset !== 'strict')
    throw new Error(
      `settings.lockwise.preset must be 'recommended' or 'strict', and is ${JSON.stringify(preset) ?? 'nothing'}`,
    );
  if (typeof root !== 'string') throw new Error('settings.lockwise.root must be the path of a folder');
  const profiles = [profile].flat() as unknown[];
  if (!profiles.every((path) => typeof path === 'string'))
    throw new Error('settings.lockwise.profile must be the path of a recorded profile, or a list of them');
  if (typeof baseline !== 'string' && baseline !== false)
    throw new Error('settings.lockwise.baseline must be the path of a file of known findings, or false');
  const own = readLockModels(locks);
  const decorating = readDecorators(decorators);
  const [error] = [...own.errors, ...decorating.errors];
  if (error !== undefined) throw new Error(`settings.lockwise.${error}`);
  return { preset, locks: own.models, decorators: decorating.decorators, root, profiles, baseline };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
