import type { Value } from '../../facts/format.js';
import type { Entities, Entity } from '../entity.js';
import type { Unit } from '../unit.js';

export type ObjectEntity = Extract<Entity, { k: 'object' }>;

/** A value, and the function that it is written in. */
interface Written {
  readonly unit: Unit;
  readonly fn: number;
  readonly value: Value;
}

/** What an object literal has under a name, and where that is written: in the literal itself, or in one that is spread into it. */
export interface Property extends Written {
  /** What is spread on the way there, the outermost first. */
  readonly spreads: readonly Written[];
}

export interface Lookup {
  /** Absent where nothing that is known has the name. */
  readonly property?: Property;
  /** Nothing unknown may have the name, or take its place. */
  readonly certain: boolean;
}

/** Looks a name up in an object literal: the last that is written counts, and what is spread is looked into. */
export function lookUpIn(entities: Entities, { unit, fn, value }: ObjectEntity, name: string): Lookup {
  let certain = true;
  for (const part of value.props.toReversed()) {
    if (part.name === name && !isSetter(unit, part.value))
      return { property: { unit, fn, value: part.value, spreads: [] }, certain };
    if (part.name !== undefined) continue;
    // A computed name, or what nothing is known of, may be anything.
    const spread = spreadValue(part.value);
    const of = spread && entities.of(unit, fn, spread);
    const inside = of?.k === 'object' ? entities.lookUp(of, name) : undefined;
    certain &&= inside?.certain ?? false;
    if (!spread || !inside?.property) continue;
    const spreads = [{ unit, fn, value: spread }, ...inside.property.spreads];
    return { property: { ...inside.property, spreads }, certain };
  }
  return { certain };
}

/** `...of` */
function spreadValue(value: Value): Value | undefined {
  return value.v === 'mix' && value.op === '...' ? value.of[0] : undefined;
}

function isSetter(unit: Unit, value: Value): boolean {
  return value.v === 'fn' && unit.fn(value.id).kind === 'setter';
}
