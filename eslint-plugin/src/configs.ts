import { rules as ruleInfos, type Preset } from '@lockwise/engine';
import type { ESLint, Linter } from 'eslint';

/** A preset as flat configuration. It says which preset it is, for some rules report less in `recommended`. */
export function presetConfig(plugin: ESLint.Plugin, preset: Preset): Linter.Config {
  const levels = ruleInfos
    .filter((info) => info.levels[preset] !== 'off')
    .map((info) => [`lockwise/${info.name}`, info.levels[preset]] as const);
  return {
    name: `lockwise/${preset}`,
    plugins: { lockwise: plugin },
    settings: { lockwise: { preset } },
    rules: Object.fromEntries(levels),
  };
}
