import { rules as ruleInfos } from '@lockwise/engine';
import type { ESLint, Linter } from 'eslint';
import { presetConfig } from './configs.js';
import { lockwiseRule } from './rule.js';
import { name, version } from './identity.js';

/** The plugin: a rule for each check of the engine, and the presets as flat configurations. */
export interface LockwisePlugin extends ESLint.Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: NonNullable<ESLint.Plugin['rules']>;
  readonly configs: {
    /** What is nearly always right: leaks, deadlocks, long holds, locks that are more than the job needs. */
    readonly recommended: Linter.Config;
    /** Everything, for code that is reviewed finding by finding. */
    readonly strict: Linter.Config;
  };
}

const configs = {} as { recommended: Linter.Config; strict: Linter.Config };

const plugin: LockwisePlugin = {
  meta: { name, version, namespace: 'lockwise' },
  rules: Object.fromEntries(ruleInfos.map((info) => [info.name, lockwiseRule(info)])),
  configs,
};

configs.recommended = presetConfig(plugin, 'recommended');
configs.strict = presetConfig(plugin, 'strict');

export default plugin;
// What `require` gives, so that a CommonJS configuration needs no `.default`.
export { plugin as 'module.exports' };
