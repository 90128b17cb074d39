import type { CodeLens, Hover, Position } from 'vscode-languageserver';
import { measuredLine, type LockMap, type MappedLock, type MappedSection, type Place } from '@lockwise/engine';
import type { Folder } from './folder.js';
import type { Folders } from './folders.js';
import type { LockNode, LockOrder, Spot } from './protocol.js';
import { rangeOf } from './texts.js';

/** The locks of every folder that is known, for the tree. Null where no folder tells any. */
export function lockTree(folders: Folders): LockNode[] | null {
  const maps = mapsOf(folders);
  if (maps.length === 0) return null;
  // Those that were waited for most come first.
  const ranked = maps
    .flatMap(({ folder, map }) => map.locks.map((lock) => ({ folder, lock })))
    .sort((one, other) => waited(other.lock) - waited(one.lock));
  return ranked.map(({ folder, lock }) => ({
    ...spotOf(folders, folder, lock),
    id: `${folder.root}#${lock.id}`,
    name: lock.name,
    kind: lock.kind,
    guards: lock.guards,
    ...measuredOf(lock),
    sections: lock.sections
      .toSorted((one, other) => waited(other) - waited(one))
      .map((section) => ({
        ...spotOf(folders, folder, section),
        symbol: section.symbol,
        ...measuredOf(section),
        suspensions: section.suspensions.map((place) => ({ ...spotOf(folders, folder, place), what: place.what })),
      })),
  }));
}

function waited({ measured }: MappedLock | MappedSection): number {
  return measured?.waitedMs ?? -1;
}

function measuredOf({ measured }: MappedLock | MappedSection): { measured?: string } {
  return measured ? { measured: measuredLine(measured) } : {};
}

export function lockOrder(folders: Folders): LockOrder | null {
  const maps = mapsOf(folders);
  if (maps.length === 0) return null;
  const key = (folder: Folder, id: string) => `${folder.root}#${id}`;
  return {
    locks: maps.flatMap(({ folder, map }) =>
      map.locks.map((lock) => ({
        id: key(folder, lock.id),
        name: lock.name,
        kind: lock.kind,
        spot: spotOf(folders, folder, lock),
      })),
    ),
    edges: maps.flatMap(({ folder, map }) =>
      map.order.map((edge) => ({
        from: key(folder, edge.from),
        to: key(folder, edge.to),
        cyclic: edge.cyclic,
        spot: spotOf(folders, folder, edge),
      })),
    ),
  };
}

/** On a lock or one of its sections: what it is, who takes it, what it guards, its longest hold, its place in the order. */
export function lockHover(folders: Folders, folder: Folder, path: string, position: Position): Hover | null {
  const map = folder.lockMap();
  const text = folders.document(folder, path);
  if (text === undefined) return null;
  const at = text.offsetAt(position);
  const inside = (place: Place) => place.path === path && place.span[0] <= at && at <= place.span[1];
  const lock = map.locks.find(
    (candidate) => inside(candidate) || candidate.sections.some((one) => inside(headOf(one))),
  );
  if (lock === undefined) return null;
  return { contents: { kind: 'markdown', value: describe(folders, folder, map, lock) } };
}

/** The line of a section that takes the lock: the whole body would answer to every hover inside of it. */
function headOf(section: MappedSection): Place {
  return { path: section.path, span: [section.span[0], Math.min(section.span[1], section.span[0] + 40)] };
}

function describe(folders: Folders, folder: Folder, map: LockMap, lock: MappedLock): string {
  const lines = [`**\`${lock.name}\`** — ${lock.kind}`];
  if (lock.guards.length > 0) lines.push(`Guards ${lock.guards.map((cell) => `\`${cell}\``).join(', ')}.`);
  if (lock.measured) lines.push(`Measured: ${measuredLine(lock.measured)}.`);
  if (lock.sections.length > 0)
    lines.push(`Taken in ${count(lock.sections.length, 'section')}:`, sectionList(folders, folder, lock.sections));
  const longest = [...lock.sections].sort((a, b) => b.suspensions.length - a.suspensions.length)[0];
  if (longest !== undefined && longest.suspensions.length > 0)
    lines.push(
      `Held longest in ${link(folders, folder, longest, longest.symbol)}: across ${longest.suspensions.map((one) => `\`${one.what}\``).join(', ')}.`,
    );
  lines.push(...placeInOrder(map, lock));
  return lines.join('\n\n');
}

function sectionList(folders: Folders, folder: Folder, sections: readonly MappedSection[]): string {
  return sections
    .map(
      (section) =>
        `- ${link(folders, folder, section, section.symbol || 'top of the module')}, ${count(section.suspensions.length, 'suspension')}${section.measured ? `, ${measuredLine(section.measured)}` : ''}`,
    )
    .join('\n');
}

function placeInOrder(map: LockMap, lock: MappedLock): string[] {
  const name = (id: string) => `\`${map.locks.find((other) => other.id === id)?.name ?? id}\``;
  const after = map.order.filter((edge) => edge.to === lock.id).map((edge) => name(edge.from));
  const before = map.order.filter((edge) => edge.from === lock.id).map((edge) => name(edge.to));
  return [
    ...(after.length > 0 ? [`Taken while ${[...new Set(after)].join(', ')} is held.`] : []),
    ...(before.length > 0 ? [`Held while ${[...new Set(before)].join(', ')} is taken.`] : []),
  ];
}

/** One lens on each section of a file. */
export function lockLenses(folders: Folders, folder: Folder, path: string): CodeLens[] {
  const map = folder.lockMap();
  const text = folders.document(folder, path);
  if (text === undefined) return [];
  return map.locks.flatMap((lock) =>
    lock.sections
      .filter((section) => section.path === path)
      .map((section) => ({
        range: rangeOf(text, [section.span[0], section.span[0]]),
        command: {
          title: section.measured
            ? measuredLine(section.measured)
            : `${lock.name}: ${count(lock.sections.length, 'section')} · ${count(section.suspensions.length, 'suspension')} in this one`,
          command: '',
        },
      })),
  );
}

function mapsOf(folders: Folders): { folder: Folder; map: LockMap }[] {
  return folders.all.map((folder) => ({ folder, map: folder.lockMap() }));
}

function spotOf(folders: Folders, folder: Folder, place: Place): Spot {
  const text = folders.document(folder, place.path);
  const start = { line: 0, character: 0 };
  return {
    uri: text?.uri ?? folders.uri(folder, place.path),
    range: text === undefined ? { start, end: start } : rangeOf(text, place.span),
  };
}

function link(folders: Folders, folder: Folder, place: Place, title: string): string {
  const { uri, range } = spotOf(folders, folder, place);
  return `[${title}](${uri}#L${range.start.line + 1})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
