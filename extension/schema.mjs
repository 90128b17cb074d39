// The JSON schema of `lockwise.config.jsonc`, made from the engine's rules, so that a new rule is completed at once.
import { rules } from '@lockwise/engine';

const level = { enum: ['off', 'warn', 'error'] };

export function configurationSchema() {
  const properties = Object.fromEntries(rules.map((rule) => [rule.name, ruleSchema(rule)]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Lockwise',
    description: 'What Lockwise reports in this folder.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      preset: {
        enum: ['recommended', 'strict'],
        description: 'The rules that run where this file does not name them.',
      },
      rules: { type: 'object', description: 'Levels by rule.', additionalProperties: false, properties },
      locks: {
        type: 'array',
        description: 'Locks of your own or of libraries that are not known.',
        items: { type: 'object' },
      },
    },
  };
}

function ruleSchema({ summary, optionsSchema, docsUrl }) {
  const withOptions = { type: 'array', items: [level, optionsSchema ?? { type: 'object' }], minItems: 1, maxItems: 2 };
  return {
    description: `${summary} ${docsUrl}`,
    anyOf: optionsSchema === undefined ? [level] : [level, withOptions],
  };
}
