/**
 * Reports a test and a write of the same state with a suspension between: whoever comes meanwhile finds the state as it
 * was, and does the same again. Silent where the state is tested again after the suspension, claimed before it, or kept
 * from others by a lock. The recommended preset reports values and map entries that are made when they are first asked
 * for, where making one leaves something behind, each at its first place; cached data, flags, counts and other states,
 * and what is made where a life begins, are for `strict`.
 */
import { firstOnly, type MakingRace } from '../../link/dependence/making.js';
import type { Unit } from '../../link/unit.js';
import { memoiseFix } from '../../fixes/memoise-promise.js';
import { at, type Check } from '../check.js';
import { parting, placesOf } from './wording.js';

export const noCheckThenAct: Check = {
  name: 'no-check-then-act',
  summary: 'State should not be tested, and set after a suspension, as if nothing could have happened in between.',
  category: 'atomicity',
  levels: { recommended: 'warn', strict: 'warn' },
  // A field or an entry that gets what is awaited.
  text: /(?:\?\?|\|\|)=\s*\(?\s*await\b|\bthis\.#?[\w$]+\s*=\s*\(?\s*await\b|\.(?:set|add)\([^;{}]{0,60}\bawait\b/,
  run({ project, unit, preset, report }) {
    const told = new Set<string>();
    for (const race of firstOnly(project, unit)) {
      if (preset === 'recommended' && (!isForAll(race) || told.has(race.write.id))) continue;
      told.add(race.write.id);
      report({
        span: race.guard.test.span,
        message: `${SITUATION[race.makes](race, unit)} ${CONSEQUENCE[race.makes]}`,
        evidence: EVIDENCE[race.makes],
        related: [
          at({ path: unit.path, span: race.op.span }, `\`${race.write.name}\` is set here`),
          ...placesOf(unit, race).slice(1),
        ],
        fix: () => (race.makes === 'value' ? memoiseFix(project, unit, race) : { refused: UNFIXED[race.makes] }),
      });
    }
  },
};

/** What a reviewer would raise wherever it stands: several ask for it, and two of it are one too many. */
function isForAll({ makes, lasting, once }: MakingRace): boolean {
  return lasting && (makes === 'entry' || (makes === 'value' && !once));
}

const UNFIXED = {
  entry: 'the map would hold promises, and whoever uses its entries would have to wait for them',
  state: 'whether the change may come before the wait is for a person to say',
} as const;

const EVIDENCE = { value: 'lazy-init', entry: 'map', state: 'state' } as const;

const SITUATION: Readonly<Record<MakingRace['makes'], (race: MakingRace, unit: Unit) => string>> = {
  value: (race, unit) =>
    `\`${race.write.name}\` is found to be missing here, and set only after \`${parting(unit, race)}\`.`,
  entry: (race, unit) =>
    `The entry of \`${race.write.name}\` is found to be missing here, and set only after \`${parting(unit, race)}\`.`,
  state: (race, unit) =>
    `\`${race.read.cell.name}\` is tested here, and changed only after \`${parting(unit, race)}\`.`,
};

const CONSEQUENCE: Readonly<Record<MakingRace['makes'], string>> = {
  value:
    'Calls that come meanwhile find it missing too: each makes its own, and the last one replaces what the others already use. Keep the promise and share it.',
  entry:
    'Calls for the same key that come meanwhile find it missing too: each makes its own, and the last one replaces what the others already use. Keep the promise in the map, or look again before you set it.',
  state:
    'Calls that come meanwhile pass the same test. Change the state in the segment that tests it, or test it again after the wait.',
};
