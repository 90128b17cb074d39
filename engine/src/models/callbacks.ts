/** How well-known functions run what they are given, and which of them cannot throw or leave no trace, as data. */
import { isSynchronousForm, names, words, type Callee } from './callee-table.js';

/** When a callback runs that is handed to a call: within the call, later, or before the promise that the call gives has settled. */
export type CallbackTiming = 'now' | 'later' | 'before-result';

const arrayMethods =
  '.forEach .map .filter .find .findIndex .findLast .findLastIndex .some .every .reduce .reduceRight .flatMap .sort .toSorted';

const callbacksNow = words(`
  ${arrayMethods} .replace .replaceAll .getOrInsertComputed
  Promise Promise.try Array.from Object.groupBy Map.groupBy JSON.parse JSON.stringify Reflect.apply useMemo flushSync
`);

const callbacksLater = words(`
  setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame requestIdleCallback process.nextTick
  .on .once .off .addListener .removeListener .prependListener .prependOnceListener .addEventListener .removeEventListener .subscribe .observe .listen
  .watch .onDidChange* .onmessage .setTimeout .runAfter .schedule .scheduleTask .enqueue .push .unshift .add .set
  timers#setTimeout timers#setInterval timers#setImmediate events#once
  MutationObserver IntersectionObserver ResizeObserver PerformanceObserver FinalizationRegistry Proxy Worker
  useEffect useLayoutEffect useCallback
`);

const callbacksBeforeResult = words(`
  .then .catch .finally .runExclusive .withLock .transaction .$transaction .runInTransaction .withTransaction
  p-retry#default p-map#default async-retry#default
`);

const silent = words(`
  console.* Math.* Date.now performance.now clearTimeout clearInterval clearImmediate cancelAnimationFrame queueMicrotask setTimeout setInterval setImmediate
  process.nextTick process.hrtime process.hrtime.bigint process.uptime process.memoryUsage
  Boolean Number.isInteger Number.isFinite Number.isNaN Number.isSafeInteger Number.parseInt Number.parseFloat isNaN isFinite parseInt parseFloat
  Array.isArray Array.of Array.from Object.keys Object.values Object.entries Object.is Object.freeze Promise.resolve Promise.reject Promise.withResolvers
  Symbol Map Set WeakMap WeakSet Error TypeError RangeError AbortController Date
  .push .pop .shift .unshift .add .addEventListener .indexOf .includes .slice .concat .has .delete .clear .removeEventListener .removeListener .removeAllListeners .off
  .getTime .toLowerCase .toUpperCase .trim .startsWith .endsWith .unref .ref .hasRef .clearTimeout
  perf_hooks#performance.now timers#clearTimeout timers#clearInterval timers#clearImmediate
`);

/** What tells by an exception that its input is no good or that something outside of the program has failed. */
const throwing = words(`
  JSON.parse URL BigInt atob decodeURI decodeURIComponent require Promise.reject .throwIfAborted localStorage.setItem sessionStorage.setItem
  assert#* assert/strict#* child_process#execSync child_process#execFileSync tiny-invariant#default
`);

/** What gives a promise that fulfils, whatever it is given. */
const fulfilling = words(`Promise.resolve Promise.allSettled console.*`);

/** What computes, makes something new, waits for time or reads what is stored: nobody else can tell when it happens. */
const traceless = words(`
  Math.* Date Date.now performance.now Boolean Number Number.* String String.* BigInt Symbol Symbol.for isNaN isFinite parseInt parseFloat structuredClone
  JSON.parse JSON.stringify Array.isArray Array.of Array.from Object.is Object.keys Object.values Object.entries Object.fromEntries
  Map Set WeakMap WeakSet Error TypeError RangeError AbortController Promise Promise.resolve Promise.all Promise.allSettled Promise.race
  setTimeout clearTimeout setImmediate clearImmediate timers#setTimeout timers#clearTimeout timers/promises#setTimeout timers/promises#setImmediate
  fs/promises#readFile fs/promises#readdir fs/promises#stat fs/promises#lstat fs/promises#access fs/promises#realpath
  fs#promises.readFile fs#promises.readdir fs#promises.stat fs#promises.lstat fs#promises.access fs#promises.realpath
`);

/** A path through something that is named as a logger: `this.logger.error`, `log.info`. */
const logger = /(?:^|[.#])_?(?:log|logger|logging)\.\w+$/i;

/** How the callbacks of a call are run, or undefined when that is not known. */
export function callbackTiming(callee: Callee): CallbackTiming | undefined {
  if (names(callbacksNow, callee)) return 'now';
  if (names(callbacksBeforeResult, callee)) return 'before-result';
  if (names(callbacksLater, callee)) return 'later';
  return undefined;
}

/** Whether a call whose result is not awaited cannot throw, arguments apart. Method names of plain containers count, and whatever a logger does. */
export function neverThrows(callee: Callee): boolean {
  return names(silent, callee) || isLogging(callee);
}

/** Whether a call is documented to throw, as is the form of an operation that has no promise to reject. */
export function throwsAsDocumented(callee: Callee): boolean {
  return names(throwing, callee.replace(/^node:/, '')) || isSynchronousForm(callee);
}

/** Whether a callee is a method of what is named as a logger. */
export function isLogging(callee: Callee): boolean {
  return logger.test(callee);
}

/** Whether the promise that a call gives does not reject. */
export function neverRejects(callee: Callee): boolean {
  return names(fulfilling, callee) || isLogging(callee);
}

/** Whether nobody but the caller can tell when a call of a function happens; of methods nothing is said. */
export function leavesNoTrace(callee: Callee): boolean {
  return names(traceless, callee.replace(/^node:/, ''));
}
