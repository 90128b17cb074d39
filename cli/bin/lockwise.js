#!/usr/bin/env node
import { runInProcess } from '../dist/bundle/lockwise.js';

await runInProcess(process.argv.slice(2));
