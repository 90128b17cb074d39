export * from './config.js';
export { rules } from './checks/index.js';
export { applyEdits } from './edits/apply.js';
export type { Plan } from './edits/plan.js';
export * from './findings.js';

export { builtInModels, lockWords } from './models/index.js';
export type * from './models/model.js';
export { readLockModels, type ReadModels } from './models/read.js';
export * from './project.js';
export * from './rule-info.js';
