import type { Linked } from './linked.js';
import type { Lock, Section } from './section.js';
import { isTest } from './test-file.js';

/**
 * The sections of a lock, outside of tests, that wait for each other and for a given one, which is among them unless it stands in a
 * test. A lock that each object has of its own is waited for by the sections of the object's class alone: by those of one
 * class, its ancestors and its descendants, and never by those of a class beside it. For all sections that this says the same of it is one list.
 */
export function queueOf(project: Linked, section: Section): readonly Section[] {
  let queues = known.get(section.lock);
  if (!queues) known.set(section.lock, (queues = new Queues(project, section.lock)));
  return queues.of(section);
}

const known = new WeakMap<Lock, Queues>();

class Queues {
  private readonly project: Linked;
  private readonly sections: readonly Section[];
  /** By class: it and those that it extends. */
  private readonly lines = new Map<string, ReadonlySet<string>>();
  private readonly queues = new Map<string, readonly Section[]>();

  constructor(project: Linked, lock: Lock) {
    this.project = project;
    this.sections = lock.sections.filter(({ unit }) => !isTest(unit.path));
  }

  of(section: Section): readonly Section[] {
    const owner = ownerOf(section);
    if (owner === undefined) return this.sections;
    let queue = this.queues.get(owner);
    if (!queue) {
      const line = this.lineOf(section, owner);
      queue = this.sections.filter((other) => {
        const beside = ownerOf(other);
        return beside === undefined || line.has(beside) || this.lineOf(other, beside).has(owner);
      });
      this.queues.set(owner, queue);
    }
    return queue;
  }

  private lineOf({ unit, fn }: Section, owner: string): ReadonlySet<string> {
    let line = this.lines.get(owner);
    if (!line) {
      const classes = this.project.entities.wide.line(unit, unit.fn(fn).thisClass!);
      this.lines.set(owner, (line = new Set(classes.map((one) => nameOf(one.unit.path, one.cls)))));
    }
    return line;
  }
}

/** The class whose object a section takes the lock of, where it is the lock of `this`. */
function ownerOf({ unit, fn, ref }: Section): string | undefined {
  const cls = unit.fn(fn).thisClass;
  return ref.receiver === 'this' && cls !== undefined ? nameOf(unit.path, cls) : undefined;
}

function nameOf(path: string, cls: number): string {
  return `${path}\0${cls}`;
}
