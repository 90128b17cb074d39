export { channels, enableDiagnostics, type DiagnosticsOptions, type LockEvent } from './channels.js';
export { enableStats, stats, type LockStats } from './stats.js';
