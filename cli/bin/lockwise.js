#!/usr/bin/env node
import module from 'node:module';

// Where Node can (22.1 and later), what V8 compiled is kept for the next start.
module.enableCompileCache?.();
const { runInProcess } = await import('../dist/bundle/lockwise.js');

await runInProcess(process.argv.slice(2));
