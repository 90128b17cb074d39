export { channels, enableDiagnostics, type LockEvent } from './channels.js';
export { enableStats, stats, type LockStats } from './stats.js';
