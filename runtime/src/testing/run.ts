import type { VirtualClock } from './virtual-clock.js';

/** Options of {@link Run.task}. */
export interface TaskOptions {
  /**
   * The name of a task that starts before this one. For tasks that differ in nothing but their name it leaves out the
   * schedules that only swap them.
   */
  readonly after?: string | undefined;
}

/** When an invariant is looked at: right after an event, or when everything that the events of a turn set off has settled. */
export type Moment = 'event' | 'settled';

/** Options of {@link Run.event}. */
export interface EventOptions {
  /** False for what happens sooner or later: a program that waits for it does not wait for ever. Default true. */
  readonly optional?: boolean | undefined;
}

/** One run of a program under one schedule: what the program tells the explorer about its events. */
export interface Run {
  /** Time stands still but for the explorer: a timer of the program is an event like others. */
  readonly clock: VirtualClock;
  /** Declares a task. That it starts is an event; the promise is that of its body. */
  task<R>(name: string, body: () => R | PromiseLike<R>, options?: TaskOptions): Promise<R>;
  /** A suspension that something outside ends, sooner or later: a response, a disk, a user. Its end is an event. */
  pause(name?: string): Promise<undefined>;
  /**
   * Declares something that happens at any time, or never: an abort, a click, a message. The function it returns takes the
   * event back: from then on it does not happen any more, which leaves out the schedules in which it makes no difference.
   */
  event(name: string, happens: () => void, options?: EventOptions): () => void;
  /** A signal that aborts with `reason` at any time, or never. */
  abortSignal(name: string, reason?: unknown): AbortSignal;
  /** Takes each of the values in some schedule: a response that is a success or a failure. Give what it is about as `name`. */
  choose<V>(name: string, values: readonly V[]): V;
  /** Declares what must hold after every event, and again when all that the turn's events set off has settled. Throw if it does not. */
  check(invariant: (moment: Moment) => void): void;
}

/** Something that may happen next. */
export interface PossibleEvent {
  readonly name: string;
  /** Whether it may also never happen. */
  readonly optional: boolean;
  /** What must have happened before. */
  readonly after: string | undefined;
  happen(): void;
}

/** Answers which of `count` ways to go. */
export type Chooser = (count: number) => number;

/** The events that a run has told of and that have not happened yet. */
export class RunState implements Run {
  readonly clock: VirtualClock;
  /** What happened, in order; an event in the same turn as the one before it begins with `+`. */
  readonly schedule: string[] = [];
  private readonly chooser: Chooser;
  private readonly invariants: ((moment: Moment) => void)[] = [];
  private readonly declared = new Set<PossibleEvent>();
  private readonly happened = new Set<string>();
  private readonly tasks = new Set<string>();
  private readonly unfinished = new Set<string>();
  private pauses = 0;

  constructor(clock: VirtualClock, chooser: Chooser) {
    this.clock = clock;
    this.chooser = chooser;
  }

  task<R>(name: string, body: () => R | PromiseLike<R>, { after }: TaskOptions = {}): Promise<R> {
    if (this.tasks.has(name)) throw new Error(`a task named ${JSON.stringify(name)} is declared already`);
    this.tasks.add(name);
    this.unfinished.add(name);
    const { promise, resolve } = deferred<R>();
    this.declare(`start ${name}`, false, () => resolve(started(body)), after === undefined ? after : `start ${after}`);
    const finished = (): void => void this.unfinished.delete(name);
    promise.then(finished, finished);
    return promise;
  }

  pause(name = `pause ${++this.pauses}`): Promise<undefined> {
    const { promise, resolve } = deferred<undefined>();
    this.declare(name, false, () => resolve(undefined));
    return promise;
  }

  event(name: string, happens: () => void, { optional = true }: EventOptions = {}): () => void {
    const declared = this.declare(name, optional, happens);
    return () => void this.declared.delete(declared);
  }

  abortSignal(name: string, reason?: unknown): AbortSignal {
    const controller = new AbortController();
    this.event(name, () => controller.abort(reason));
    return controller.signal;
  }

  choose<V>(name: string, values: readonly V[]): V {
    const index = this.chooser(values.length);
    this.schedule.push(`${name} = #${index}`);
    return values[index]!;
  }

  check(invariant: (moment: Moment) => void): void {
    this.invariants.push(invariant);
  }

  /** The names of the tasks that have not finished. */
  get waiting(): readonly string[] {
    return [...this.unfinished];
  }

  /** What can happen now, in the order of declaration; of the timers only the one that is due first. */
  possible(): readonly PossibleEvent[] {
    const events = [...this.declared].filter(({ after }) => after === undefined || this.happened.has(after));
    const { nextDue } = this.clock;
    if (nextDue === undefined) return events;
    const happen = (): void => void this.clock.fireNext();
    return [...events, { name: `timer at ${nextDue} ms`, optional: false, after: undefined, happen }];
  }

  happen(event: PossibleEvent, sameTurn: boolean): void {
    this.declared.delete(event);
    this.happened.add(event.name);
    this.schedule.push(sameTurn ? `+${event.name}` : event.name);
    event.happen();
  }

  verify(moment: Moment): void {
    for (const invariant of this.invariants) invariant(moment);
  }

  private declare(name: string, optional: boolean, happen: () => void, after?: string): PossibleEvent {
    const event = { name, optional, happen, after };
    this.declared.add(event);
    return event;
  }
}

function started<R>(body: () => R | PromiseLike<R>): R | PromiseLike<R> {
  try {
    return body();
  } catch (error) {
    return Promise.reject(error);
  }
}

function deferred<R>(): { promise: Promise<R>; resolve: (value: R | PromiseLike<R>) => void } {
  let resolve!: (value: R | PromiseLike<R>) => void;
  const promise = new Promise<R>((done) => (resolve = done));
  return { promise, resolve };
}
