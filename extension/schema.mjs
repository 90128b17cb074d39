// The JSON schema of `lockwise.config.jsonc`, made from the engine's rules, so that a new rule is completed at once.
import { rules } from '@lockwise/engine';

const level = { enum: ['off', 'warn', 'error'] };

const position = { type: 'integer', minimum: 0 };
const name = { type: 'string', minLength: 1 };

const decorator = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { ...name, description: 'As it is exported, without the @.' },
    module: {
      anyOf: [name, { type: 'array', items: name, minItems: 1 }],
      description:
        'What it is imported by; `*/path` for any relative beginning. Any decorator of that name without it.',
    },
    lock: {
      anyOf: [{ enum: ['this', 'method', 'class', 'global'] }, { type: 'string', pattern: '^this\\.#?[\\w$]+$' }],
      default: 'this',
      description:
        'Whose lock it is: of each object, of each method of each object, of the class, of all, or the member that is named.',
    },
    lockArg: {
      ...position,
      description: 'The position of the argument that is the lock, or names the member that is.',
    },
    keyArg: { ...position, description: 'The position of the argument that chooses one lock among several.' },
    reentrant: { type: 'boolean', default: false, description: 'Whether its holder may take it again.' },
    scope: { enum: ['agent', 'origin', 'host', 'cluster'], default: 'agent', description: 'How far the lock reaches.' },
  },
};

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
      decorators: {
        type: 'array',
        description: 'Decorators that run a method under a lock.',
        items: decorator,
      },
      ignore: {
        type: 'array',
        description: 'Files that are not checked, by patterns in the manner of .gitignore.',
        items: { type: 'string' },
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
