import type { Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import { isOneThing } from './one-thing.js';
import { isPlainContainer } from './settled.js';
import type { Unit } from './unit.js';

/** A member of a class, or a variable of a file, that other files can name. */
export interface Nameable {
  readonly unit: Unit;
  readonly name: string;
  readonly cls?: number;
  readonly binding?: number;
}

export type Meant = 'yes' | 'maybe' | 'no';

/** What a value means of what is called like it: that member or variable, another one, or there is no telling. */
export function means(project: Linked, unit: Unit, fn: number, value: Value, named: Nameable): Meant {
  switch (value.v) {
    case 'bind':
      return named.binding === undefined ? 'no' : bindingMeans(project, unit, value.id, named);
    case 'member':
      return value.name === named.name ? memberMeans(project, unit, fn, value.of, named) : 'no';
    case 'lit':
      // `call('increment')`, `target[method]`
      return value.value === named.name ? 'maybe' : 'no';
    default:
      return 'no';
  }
}

export function bindingMeans(project: Linked, unit: Unit, id: number, { unit: home, name, binding }: Nameable): Meant {
  if (unit === home && id === binding) return 'yes';
  const imported = unit.facts.imports.find((fact) => fact.binding === id);
  if (imported?.name !== name) return 'no';
  const origin = project.entities.wide.origin(unit, id);
  if (origin) return origin.unit === home && origin.binding === binding ? 'yes' : 'no';
  return isElsewhere(imported.module) ? 'no' : 'maybe';
}

/** A built-in module: nothing of the project is exported there. */
function isElsewhere(module: string): boolean {
  return module.startsWith('node:');
}

const GLOBALS =
  /^(?:Array|Atomics|console|crypto|Date|document|Intl|JSON|Map|Math|Number|Object|performance|process|Promise|Reflect|Set|String|Symbol)\b/;

/** Whether the member of that name of an object is the one in question. */
function memberMeans(project: Linked, unit: Unit, fn: number, of: Value, named: Nameable): Meant {
  const { wide } = project.entities;
  const holder = wide.of(unit, fn, of);
  // `one: Other | Stats`, `let one = new Other(); one = new Stats();`: of several things it may be, the first is known.
  const sure = (meant: Meant): Meant => (meant === 'no' && !isOneThing(wide, unit, fn, of) ? 'maybe' : meant);
  switch (holder?.k) {
    case 'instance':
    case 'class':
      return named.cls === undefined ? 'no' : sure(classMeans(project, holder, { ...named, cls: named.cls }));
    case 'namespace': {
      if (named.binding === undefined) return 'no';
      const origin = wide.exportOrigin(holder.unit, named.name);
      if (!origin) return 'maybe';
      return origin.unit === named.unit && origin.binding === named.binding ? 'yes' : 'no';
    }
    case 'object':
      return sure(holder.value.props.some(({ name }) => name === named.name) ? 'no' : 'maybe');
    case 'external':
      return (holder.module === '' && GLOBALS.test(holder.name)) || isElsewhere(holder.module) ? 'no' : 'maybe';
    case undefined:
      return isOfItsOwn(project, unit, fn, of) ? 'no' : 'maybe';
    default:
      return 'no';
  }
}

/** A value that no class of the project has made: a literal, a list, a map. */
function isOfItsOwn(project: Linked, unit: Unit, fn: number, value: Value): boolean {
  return value.v === 'lit' || value.v === 'array' || value.v === 'fn' || isPlainContainer(project, unit, fn, value);
}

/** Whether the member in question is what objects of a class have by its name. */
export function classMeans(
  project: Linked,
  holder: { readonly unit: Unit; readonly cls: number },
  own: Nameable & { readonly cls: number },
): Meant {
  const { wide } = project.entities;
  const found = wide.findMember(holder.unit, holder.cls, own.name);
  if (found?.unit === own.unit && found.cls === own.cls) return 'yes';
  const isRelated = wide.extends(holder.unit, holder.cls, own) || wide.extends(own.unit, own.cls, holder);
  const isOpen = !found && holder.unit.classOf(holder.cls).superClass !== undefined;
  return isRelated || isOpen ? 'maybe' : 'no';
}
