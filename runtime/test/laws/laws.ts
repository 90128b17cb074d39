import { explore, type Program } from '@lockwise/runtime/testing';
import {
  exclusivePlans,
  keyLock,
  mutexLock,
  rwLock,
  rwPlans,
  semaphoreLock,
  semaphorePlans,
  sequences,
  type Library,
} from './law-locks.js';
import { lockLaw, type LawLock, type Plan } from './lock-law.js';
import { permitsFit, rwFits } from './model.js';
import { allLaw, keysLaw, updateLaw, type Bound } from './request-laws.js';

/** A set of programs that is explored as one. */
export interface Law {
  readonly name: string;
  /** Events that may come in one turn. */
  readonly batch: number;
  programs(library: Library): Iterable<readonly [name: string, program: Program<string>]>;
}

function* lockPrograms<M>(
  make: () => LawLock<M>,
  fits: (mode: M, held: readonly M[]) => boolean,
  programs: readonly (readonly Plan<M>[])[],
): Generator<readonly [string, Program<string>]> {
  for (const plans of programs) {
    const name = plans.map(({ mode, form, end, bound }) => `${mode} ${form} ${end} ${bound}`).join(' | ');
    yield [name, lockLaw(make, fits, plans)];
  }
}

/** Of many programs every n-th, so that the choice does not grow with what somebody finds interesting. */
function every<P>(step: number, all: readonly P[]): readonly P[] {
  return all.filter((_, index) => index % step === 0);
}

const bounds: readonly Bound[] = ['none', 'abort', 'timeout'];
const contrary = [
  ['x', 'y'],
  ['y', 'x'],
  ['y', 'z', 'x'],
];

export const laws: readonly Law[] = [
  {
    name: 'mutex, 3 tasks, every plan, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => mutexLock(lib), rwFits, sequences(exclusivePlans, 3)),
  },
  {
    name: 'mutex, 3 tasks, every 17th program, events in pairs',
    batch: 2,
    programs: (lib) => lockPrograms(() => mutexLock(lib), rwFits, every(17, sequences(exclusivePlans, 3))),
  },
  {
    name: 'mutex, 4 tasks, every 83rd program, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => mutexLock(lib), rwFits, every(83, sequences(exclusivePlans, 4))),
  },
  {
    name: 'keyed mutex, 3 tasks on one key, every 2nd program, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => keyLock(lib), rwFits, every(2, sequences(exclusivePlans, 3))),
  },
  {
    name: 'readers-writer lock, 3 tasks, every plan, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => rwLock(lib), rwFits, sequences(rwPlans, 3)),
  },
  {
    name: 'readers-writer lock, 3 tasks, every 86th program, events in pairs',
    batch: 2,
    programs: (lib) => lockPrograms(() => rwLock(lib), rwFits, every(86, sequences(rwPlans, 3))),
  },
  {
    name: 'readers-writer lock, 4 tasks, every 631st program, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => rwLock(lib), rwFits, every(631, sequences(rwPlans, 4))),
  },
  {
    name: 'semaphore of 2, 3 tasks, every plan, events alone',
    batch: 1,
    programs: (lib) => lockPrograms(() => semaphoreLock(lib, 2), permitsFit(2), sequences(semaphorePlans, 3)),
  },
  {
    name: 'several keys in contrary orders, 3 tasks, events in pairs',
    batch: 2,
    programs: (lib) => bounds.map((bound) => [`keys ${bound}`, keysLaw(lib, contrary, bound)]),
  },
  {
    name: 'several locks of three kinds, 3 tasks, events in pairs',
    batch: 2,
    programs: (lib) => bounds.map((bound) => [`locks ${bound}`, allLaw(lib, bound)]),
  },
  {
    name: 'conditional update, 3 tasks, events in pairs',
    batch: 2,
    programs: (lib) =>
      bounds.flatMap((bound) =>
        (['mutex', 'rwlock'] as const).map((kind) => [`update ${kind} ${bound}`, updateLaw(lib, kind, bound)] as const),
      ),
  },
];

/** Explores all programs of a law; fails with the program and the schedule. */
export async function holds(
  { batch, programs }: Law,
  library: Library,
): Promise<{ programs: number; schedules: number }> {
  const total = { programs: 0, schedules: 0 };
  for (const [name, program] of programs(library)) {
    try {
      total.schedules += (await explore(program, { batch })).schedules;
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
    total.programs++;
  }
  return total;
}
