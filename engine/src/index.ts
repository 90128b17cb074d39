export * from './config.js';
export * from './findings.js';
export type * from './models/model.js';
export * from './project.js';
