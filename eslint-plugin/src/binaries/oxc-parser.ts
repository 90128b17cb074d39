import type * as Parser from 'oxc-parser';
import { loaded } from './load.js';

/** Stands for `oxc-parser` in the bundle, so that it is loaded when it is first called and the plugin works where it is absent. */
export const parseSync: typeof Parser.parseSync = (...parameters) =>
  loaded<typeof Parser>('oxc-parser')!.parseSync(...parameters);
