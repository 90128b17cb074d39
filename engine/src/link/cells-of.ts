import type { CellAccess } from './cell.js';
import type { Lock, Section } from './section.js';
import { isTest } from './test-file.js';

type Cell = Pick<CellAccess, 'id' | 'how'>;

/** Who touches, and who writes, some cells: of each the first two are enough to tell whether another than a given one does. */
interface Users {
  readonly touchers: Section[];
  readonly writers: Section[];
}

/**
 * The cells that sections touch, found by any that overlaps: one that is the same, a part of it, or what it is a part of. Made once for all
 * who ask, for a lock may have thousands of sections, each of which is asked about.
 */
class Cells {
  private readonly whole = new Map<string, Users>();
  /** By each path: those of the cells that are it or lie within it. */
  private readonly within = new Map<string, Users>();

  constructor(sections: Iterable<Section>) {
    for (const section of sections)
      for (const { cell } of section.accesses) {
        note(this.whole, cell.id, section, cell);
        for (const path of pathsTo(cell.id)) note(this.within, path, section, cell);
      }
  }

  isTouched(id: string, besides?: Section): boolean {
    return this.overlapping(id).some(({ touchers }) => touchers.some((section) => section !== besides));
  }

  isWritten(id: string, besides?: Section): boolean {
    return this.overlapping(id).some(({ writers }) => writers.some((section) => section !== besides));
  }

  private overlapping(id: string): Users[] {
    const around = pathsTo(id).map((path) => this.whole.get(path));
    return [...around, this.within.get(id)].flatMap((users) => users ?? []);
  }
}

function note(users: Map<string, Users>, path: string, section: Section, { how }: Cell): void {
  let known = users.get(path);
  if (!known) users.set(path, (known = { touchers: [], writers: [] }));
  const { touchers, writers } = known;
  if (touchers.length < 2 && !touchers.includes(section)) touchers.push(section);
  if (how === 'write' && writers.length < 2 && !writers.includes(section)) writers.push(section);
}

/** A path and what it is a part of: `a.b[]` is one of `a.b` and of `a`. */
function pathsTo(id: string): readonly string[] {
  const paths = [id];
  for (let end = 1; end < id.length; end++) if (id[end] === '.' || id[end] === '[') paths.push(id.slice(0, end));
  return paths;
}

const ofSections = new WeakMap<Section, Cells>();
const ofLocks = new WeakMap<Lock, Cells>();
const outsideTests = new WeakMap<Lock, Cells>();

/** What one section touches. */
export function cellsOf(section: Section): Cells {
  return madeOnce(ofSections, section, () => [section]);
}

/** What all sections of a lock touch. */
export function cellsUnder(lock: Lock): Cells {
  return madeOnce(ofLocks, lock, () => lock.sections);
}

/** What the sections of a lock touch, those in tests apart. */
export function cellsOutsideTests(lock: Lock): Cells {
  return madeOnce(outsideTests, lock, () => lock.sections.filter(({ unit }) => !isTest(unit.path)));
}

function madeOnce<Of extends object>(known: WeakMap<Of, Cells>, of: Of, sections: () => readonly Section[]): Cells {
  let cells = known.get(of);
  if (!cells) known.set(of, (cells = new Cells(sections())));
  return cells;
}
