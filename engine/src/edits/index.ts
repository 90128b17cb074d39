export { applyEdits, movedBy, overlap, type TextEdit } from './apply.js';
export { completeFix, importEditsFor, ownEdits, type FixDraft, type Sources } from './complete.js';
export { importEdits, existingImports, type ExistingImport, type ImportChange } from './imports.js';
export { endOfLine, lineEnding, LineIndex, startOfLine } from './lines.js';
export { EditSet } from './merge.js';
export { planFixes, type Plan } from './plan.js';
export { unusedImports } from './unused-imports.js';
