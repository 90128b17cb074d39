import type { Linked } from './linked.js';
import type { Section } from './section.js';
import { isTest } from './test-file.js';

/**
 * The other sections of a lock, outside of tests, that may wait while a section holds it. A lock that each object has of its
 * own is waited for by the sections of the object's class alone: by those of one class, its ancestors and its descendants,
 * and never by those of a class beside it.
 */
export function waitersOf(project: Linked, section: Section): readonly Section[] {
  return section.lock.sections.filter(
    (other) => other !== section && !isTest(other.unit.path) && mayBeOfOneObject(project, section, other),
  );
}

function mayBeOfOneObject(project: Linked, section: Section, other: Section): boolean {
  const [one, two] = [section, other].map(ownerOf);
  if (!one || !two) return true;
  const { wide } = project.entities;
  return wide.extends(one.unit, one.cls, two) || wide.extends(two.unit, two.cls, one);
}

/** The class whose object a section takes the lock of, where it is the lock of `this`. */
function ownerOf({ unit, fn, ref }: Section) {
  const cls = unit.fn(fn).thisClass;
  return ref.receiver === 'this' && cls !== undefined ? { unit, cls } : undefined;
}
