import type * as Parser from 'oxc-parser';
import { load } from './load.js';

/** Stands for `oxc-parser` in a bundle, so that it is loaded when it is first called: a run that parses nothing does without, and so does the plugin. */
export const parseSync: typeof Parser.parseSync = (...parameters) =>
  load<typeof Parser>('oxc-parser').parseSync(...parameters);
