import { decoratorScopes, type DecoratorModel } from './decorator.js';
import { choiceFault, isName, isNames, isOptional, isPosition, isRecord, listOf, placed } from './shape.js';
import { usual } from './usual.js';

/** The decorators that a user's configuration names, and one line for each thing in it that cannot be used. */
export interface ReadDecorators {
  readonly decorators: readonly DecoratorModel[];
  readonly errors: readonly string[];
}

const scopes = ['agent', 'origin', 'host', 'cluster'];
const known = ['name', 'module', 'lock', 'lockArg', 'keyArg', 'reentrant', 'scope'];

/**
 * Reads decorators as users write them: a `name`, and what is not as it mostly is. Left out, the decorator may come from any module, and runs the method
 * under a mutex of this agent that each object has one of.
 */
export function readDecorators(value: unknown): ReadDecorators {
  if (!Array.isArray(value)) return { decorators: [], errors: ['decorators must be a list of decorators'] };
  const decorators: DecoratorModel[] = [];
  const errors: string[] = [];
  for (const [index, entry] of value.entries()) {
    const wrong = isRecord(entry) ? faults(entry) : ['must be an object with a `name`'];
    if (wrong.length === 0) decorators.push(modelOf(entry as unknown as Given));
    else errors.push(...placed('decorators', index, wrong));
  }
  return { decorators, errors };
}

interface Given extends Partial<Omit<DecoratorModel, 'model' | 'modules'>> {
  readonly name: string;
  readonly module?: string | readonly string[];
  readonly reentrant?: boolean;
  readonly scope?: DecoratorModel['model']['scope'];
}

function faults(entry: Record<string, unknown>): string[] {
  const { name, module, lock, lockArg, keyArg, reentrant, scope } = entry;
  const found = Object.keys(entry).flatMap((given) => (known.includes(given) ? [] : [`${given} is unknown`]));
  if (!isName(name) || !/^[A-Za-z_$][\w$]*$/.test(name))
    found.push('name must be the name of the decorator, such as `Synchronized`');
  if (module !== undefined && !isNames(module))
    found.push('module must be the specifier that the decorator is imported by, or a list of them');
  if (!(typeof lock === 'string' && /^this\.#?[\w$]+$/.test(lock)))
    found.push(...choiceFault('lock', lock, [...decoratorScopes, 'this.NAME']));
  for (const [position, given] of Object.entries({ lockArg, keyArg }))
    if (given !== undefined && !isPosition(given))
      found.push(`${position} must be the position of an argument, from 0`);
  if (!isOptional(reentrant, 'boolean')) found.push('reentrant must be true or false');
  return [...found, ...choiceFault('scope', scope, scopes)];
}

function modelOf({ module, reentrant = false, scope = 'agent', lock = 'this', ...given }: Given): DecoratorModel {
  return {
    ...given,
    lock,
    modules: module === undefined ? [] : listOf(module),
    model: {
      ...usual,
      name: `@${given.name}`,
      modules: [],
      export: given.name,
      made: 'function',
      kind: given.keyArg === undefined ? 'mutex' : 'keyed',
      scope,
      methods: {},
      reentrant,
    },
  };
}
