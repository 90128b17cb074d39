export * from './config.js';
export { rules } from './checks/index.js';
export * from './edits/index.js';
export type { FileFacts } from './facts/format.js';
export * from './findings.js';

export { builtInModels } from './models/index.js';
export type * from './models/model.js';
export { readLockModels, type ReadModels } from './models/read.js';
export * from './profile/index.js';
export { profileNotice } from './profile/notice.js';
export type { NamedProfile, ProfileState } from './profile/measurements.js';
export { importClausesOf, type ImportClause } from './import-clauses.js';
export { Prefilter } from './prefilter.js';
export * from './project.js';
export { Baseline, baselineFile } from './report/baseline.js';
export type * from './report/lock-map.js';
export * from './rule-info.js';
export * from './types/index.js';
