/** Of those who queue for a lock, the ones that a kind of evidence is about: looked for once in a queue, and told for each of its sections. */
import type { Section } from '../../link/section.js';
import { listOf, MOST_TOLD } from './wording.js';

type Queue = readonly Section[];

/** What was found, by queue: a lock may have thousands of sections, each of which asks for the others. */
export type FoundIn = WeakMap<Queue, Group>;

/**
 * The other sections of a queue that pass a test.
 *
 * @param found What was found, by this test, for those who have asked before.
 */
export function othersOf(found: FoundIn, queue: Queue, section: Section, passes: (other: Section) => boolean): Others {
  let group = found.get(queue);
  if (!group) found.set(queue, (group = new Group(queue.filter(passes))));
  return new Others(group, section);
}

/** Those of a queue that pass a test, and the first two of each name among them, with their places: one is there whoever is left out. */
class Group {
  readonly sections: ReadonlySet<Section>;
  readonly named = new Map<string, (readonly [number, Section])[]>();

  constructor(sections: readonly Section[]) {
    this.sections = new Set(sections);
    for (const [place, section] of sections.entries()) {
      const alike = this.named.get(nameOf(section));
      if (!alike) this.named.set(nameOf(section), [[place, section]]);
      else if (alike.length < 2) alike.push([place, section]);
    }
  }
}

/** The sections of a group but for one. */
export class Others {
  private readonly group: Group;
  private readonly besides: Section;

  constructor(group: Group, besides: Section) {
    this.group = group;
    this.besides = besides;
  }

  get count(): number {
    const { sections } = this.group;
    return sections.size - (sections.has(this.besides) ? 1 : 0);
  }

  some(test: (other: Section) => boolean): boolean {
    for (const other of this.group.sections) if (other !== this.besides && test(other)) return true;
    return false;
  }

  /** Where they stand, as a clause. */
  get told(): string {
    const { named } = this.group;
    const first: [number, string][] = [];
    for (const [name, alike] of named) {
      const [place] = alike.find(([, section]) => section !== this.besides) ?? [];
      if (place !== undefined) first.push([place, name]);
      // The name of the one that is left out may come later than it stands.
      if (first.length > MOST_TOLD + 1) break;
    }
    const names = first.sort(([one], [other]) => one - other).map(([, name]) => name);
    const own = named.get(nameOf(this.besides));
    const count = named.size - (own?.length === 1 && own[0]![1] === this.besides ? 1 : 0);
    return count === 1 ? `the section in \`${names[0]!}\`` : `the sections in ${listOf(names, count)}`;
  }
}

function nameOf({ unit, trace }: Section): string {
  return unit.fn(trace.fn).symbol;
}
