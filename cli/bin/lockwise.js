#!/usr/bin/env node
import { runInProcess } from '../dist/lockwise.js';

await runInProcess(process.argv.slice(2));
