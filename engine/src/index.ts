export * from './config.js';
export * from './edits/index.js';
export * from './findings.js';
export type * from './models/model.js';
export * from './project.js';
export { builtInModels, lockWords } from './models/index.js';
export * from './rule-info.js';
