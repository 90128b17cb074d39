export { applyEdits, movedBy, overlap, type TextEdit } from './apply.js';
export { endOfLine, lineEnding, LineIndex, startOfLine } from './lines.js';
export type { Plan } from './plan.js';
