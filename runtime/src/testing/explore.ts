import { requireNumber } from '../arguments.js';
import { outcomeText, type Outcome, type SeenOutcome } from './outcome.js';
import { RunState, type Run } from './run.js';
import { Search } from './search.js';
import { quiescence } from './turn.js';
import { virtualClock } from './virtual-clock.js';

/** A small program. It is run once for every schedule, and must make all that it uses anew. */
export type Program<O> = (run: Run) => O | PromiseLike<O>;

/** Options of {@link explore} and {@link outcomesOf}. */
export interface ExploreOptions {
  /**
   * How many events may happen within one turn, so that nothing they set off runs in between (a release and an abort in one
   * callback). Every event alone is always among the schedules. Default 2; `Infinity` for every batch.
   */
  readonly batch?: number | undefined;
  /** The number of schedules after which the search gives up with an error. Default 1,000,000. */
  readonly maxSchedules?: number | undefined;
  /** The number of events after which one run is given up: a program that never ends. Default 1,000. */
  readonly maxEvents?: number | undefined;
  /** Repeats the one schedule with these choices, as a {@link ScheduleError} names them. */
  readonly replay?: readonly number[] | undefined;
}

/** What a search over all schedules found. */
export interface Exploration<O> {
  /** How many schedules there are. Each was run. */
  readonly schedules: number;
  /** Every way in which the program ended, in the order of their first schedule. */
  readonly outcomes: readonly SeenOutcome<O>[];
}

/** A schedule under which the program fails. The error that it failed with is the `cause`. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  /** What happened, in order. An event that begins with `+` happened in the same turn as the one before it. */
  readonly schedule: readonly string[];
  /** The choices that repeat the run: give them as the `replay` option. */
  readonly choices: readonly number[];

  constructor(what: string, schedule: readonly string[], choices: readonly number[], cause: unknown) {
    const steps = schedule.map((step, index) => `  ${index + 1}. ${step}`).join('\n');
    super(`${what}, under this schedule (replay: [${choices.join(', ')}]):\n${steps}`, { cause });
    this.schedule = schedule;
    this.choices = choices;
  }
}

/**
 * Runs a program under every order of its external events: the starts of its tasks, the ends of its pauses, its timers,
 * its aborts; each event alone with everything that it sets off, and events that come together in one turn. Nothing else is
 * left to chance in JavaScript, so what holds here holds always.
 *
 * ```ts
 * const { schedules } = await explore(async (run) => {
 *   const mutex = new AsyncMutex(0);
 *   const add = () => mutex.withLock(async (guard) => {
 *     const before = guard.value;
 *     await run.pause();
 *     guard.value = before + 1;
 *   });
 *   await Promise.all([run.task('a', add), run.task('b', add)]);
 *   assert.equal(await mutex.withLock(({ value }) => value), 2);
 * });
 * ```
 *
 * @throws {@link ScheduleError} at the first schedule under which the program throws, an invariant of it does not hold, or
 *   it waits for ever.
 */
export async function explore<O>(program: Program<O>, options: ExploreOptions = {}): Promise<Exploration<O>> {
  return search(program, options, (outcome, schedule, choices) => {
    if (outcome.kind === 'returned') return;
    const what = outcome.kind === 'stuck' ? outcomeText(outcome) : `the program ${outcomeText(outcome)}`;
    throw new ScheduleError(what, schedule, choices, outcome.kind === 'threw' ? outcome.error : undefined);
  });
}

/**
 * Runs a program as {@link explore} does, and gives the set of its outcomes: every value that it can return, error that it
 * can throw, and set of tasks that can wait for ever. To compare two programs, see {@link compareOutcomes}.
 */
export async function outcomesOf<O>(program: Program<O>, options: ExploreOptions = {}): Promise<Exploration<O>> {
  return search(program, options, () => {});
}

type Judge = (outcome: Outcome<unknown>, schedule: readonly string[], choices: readonly number[]) => void;

async function search<O>(program: Program<O>, options: ExploreOptions, judge: Judge): Promise<Exploration<O>> {
  const { batch = 2, maxSchedules = 1_000_000, maxEvents = 1000, replay } = options;
  requireNumber('options.batch', batch, 1, true);
  requireNumber('options.maxSchedules', maxSchedules, 1, true);
  requireNumber('options.maxEvents', maxEvents, 1, true);
  const choices = new Search(replay);
  const seen = new Map<string, SeenOutcome<O> & { count: number }>();
  let schedules = 0;
  do {
    if (schedules === maxSchedules) throw new Error(tooMany(maxSchedules));
    const { outcome, schedule } = await runOnce(program, choices, batch, maxEvents);
    if (choices.failure !== undefined) throw choices.failure;
    schedules++;
    judge(outcome, schedule, choices.choices);
    const text = outcomeText(outcome);
    const known = seen.get(text);
    if (known === undefined) seen.set(text, { text, outcome, schedule, choices: choices.choices, count: 1 });
    else known.count++;
  } while (choices.advance());
  return { schedules, outcomes: [...seen.values()] };
}

function tooMany(maxSchedules: number): string {
  return (
    `more than ${maxSchedules} schedules: make the program smaller (fewer tasks, pauses or optional events), ` +
    'let tasks that differ only by name start in order, lower options.batch, or raise options.maxSchedules'
  );
}

async function runOnce<O>(
  program: Program<O>,
  search: Search,
  batch: number,
  maxEvents: number,
): Promise<{ outcome: Outcome<O>; schedule: readonly string[] }> {
  const clock = virtualClock();
  const uninstall = clock.install();
  const run = new RunState(clock, search.choose);
  let outcome: Outcome<O> | undefined;
  const settle = (settled: Outcome<O>): void => void (outcome ??= settled);
  try {
    attempt(program, run).then(
      (value) => settle({ kind: 'returned', value }),
      (error: unknown) => settle({ kind: 'threw', error }),
    );
    await settled(run);
    while (outcome === undefined) {
      if (run.schedule.length >= maxEvents) throw new Error(`the program did not end within ${maxEvents} events`);
      if (!turn(run, search, batch)) settle({ kind: 'stuck', waiting: run.waiting });
      else await settled(run);
    }
    return { outcome, schedule: run.schedule };
  } catch (error) {
    return { outcome: { kind: 'threw', error }, schedule: run.schedule };
  } finally {
    uninstall();
  }
}

async function attempt<O>(program: Program<O>, run: Run): Promise<O> {
  return program(run);
}

/** Lets everything run that the events of the turn have set off. */
async function settled(run: RunState): Promise<void> {
  await quiescence();
  run.verify('settled');
}

/** One turn: an event, then perhaps others that come together with it. False when the program waits for nothing any more. */
function turn(run: RunState, search: Search, batch: number): boolean {
  const events = run.possible();
  const mayEnd = events.every(({ optional }) => optional);
  const first = search.choose(events.length + (mayEnd ? 1 : 0));
  if (first === events.length) return false;
  run.happen(events[first]!, false);
  run.verify('event');
  for (let size = 1; size < batch; size++) {
    const more = run.possible();
    const next = search.choose(more.length + 1);
    if (next === 0) break;
    run.happen(more[next - 1]!, true);
    run.verify('event');
  }
  return true;
}
