// The profile of a recorded run, for whoever reads or writes one: an entry of its own, without the analysis, for it is also
// loaded into the program that is recorded.
export * from './durations.js';
export * from './histogram.js';
export * from './profile.js';
export * from './match.js';
