import type { Place } from '../findings.js';
import type { Linked } from './linked.js';
import { classMeans, type Nameable } from './meaning.js';
import { mentionedIn, type Unit } from './unit.js';

/** A place that takes a member of an object of a class by a name that nobody wrote: `stats[name]`. */
interface Picked {
  readonly unit: Unit;
  readonly cls: number;
  readonly place: Place;
}

/** `stats[name]`, `this[`on${name}`]` */
const PICKS = /[\w$)\]]\s*(?:\?\.\s*)?\[\s*[A-Za-z_$`(]/;

/** Whether a text takes members by names that it computes, as far as can be told without reading it. */
export function picks(text: string): boolean {
  return PICKS.test(text);
}

const known = new WeakMap<Unit, { readonly project: Linked; readonly picked: readonly Picked[] }>();

/** Where a file takes, by a computed name, what may be the member of a class in question. */
export function pickedIn(project: Linked, unit: Unit, own: Nameable & { readonly cls: number }): Place | undefined {
  let found = known.get(unit);
  if (found?.project !== project) known.set(unit, (found = { project, picked: [...picksOf(project, unit)] }));
  return found.picked.find((one) => classMeans(project, one, own) !== 'no')?.place;
}

function* picksOf(project: Linked, unit: Unit): Generator<Picked> {
  if (!picks(unit.text)) return;
  for (const { op, fn } of unit.operations())
    for (const value of mentionedIn(op)) {
      if (value.v !== 'index') continue;
      const holder = project.entities.wide.of(unit, fn, value.of);
      if (holder?.k !== 'instance' && holder?.k !== 'class') continue;
      yield { unit: holder.unit, cls: holder.cls, place: { path: unit.path, span: value.span } };
    }
}
