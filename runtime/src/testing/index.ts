export { compareOutcomes, type OutcomeComparison } from './compare.js';
export { explore, outcomesOf, ScheduleError, type Exploration, type ExploreOptions, type Program } from './explore.js';
export type { Outcome, SeenOutcome } from './outcome.js';
export type { EventOptions, Moment, Run, TaskOptions } from './run.js';
export { quiescence } from './turn.js';
export { virtualClock, type VirtualClock } from './virtual-clock.js';
