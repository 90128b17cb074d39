import type { Related } from '../../findings.js';
import type { Race } from '../../link/dependence/races.js';
import { shorten } from '../../link/suspension.js';
import type { Unit } from '../../link/unit.js';
import { at } from '../check.js';

/** The reading, then every point after it at which other tasks may run. */
export function placesOf(unit: Unit, race: Race): Related[] {
  return [
    at({ path: unit.path, span: race.read.cell.span }, `\`${race.read.cell.name}\` is read here`),
    ...race.crossed.map(({ span, acquires }) =>
      at({ path: unit.path, span }, acquires ? `waits for \`${acquires.name}\` here` : 'other tasks may run here'),
    ),
  ];
}

/** The first suspension that parts the reading from what is done because of it, as written. */
export function parting(unit: Unit, race: Race): string {
  const crossing = race.crossed.find(({ acquires }) => !acquires) ?? race.crossed[0]!;
  return shorten(unit.slice(crossing.span));
}

/** One race for each operation that goes wrong: the first tells the story. */
export function oncePerOperation(races: readonly Race[]): readonly Race[] {
  const seen = new Set<unknown>();
  return races.filter((race) => !seen.has(race.op) && seen.add(race.op));
}
