/**
 * Well-known callees, as data. A callee is written `setTimeout` for a global, `console.log` for a member of one, `fs/promises#readFile` for an export of a
 * module (without `node:`; `#default` for a default export that is called), `.forEach` for a method of whatever object, and `this.logger.info` for a path that
 * nothing better is known of. A trailing `*` in a table stands for any rest.
 */
type Callee = string;

/** When a callback runs that is handed to a call: within the call, later, or before the promise that the call gives has settled. */
export type CallbackTiming = 'now' | 'later' | 'before-result';

/** What an awaited call waits for. */
export type WaitKind = 'network' | 'storage' | 'timer' | 'event' | 'user';

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

const waits: Readonly<Record<WaitKind, readonly Callee[]>> = {
  network: words(`
    fetch globalThis.fetch window.fetch self.fetch navigator.sendBeacon WebSocket EventSource
    axios#default axios#default.* axios#* got#default got#default.* got#got got#got.* ky#default ky#default.* node-fetch#default cross-fetch#* undici#* ofetch#* superagent#*
    request-promise#* needle#* phin#* wretch#* graphql-request#* http#get http#request https#get https#request http2#connect net#connect
    net#createConnection tls#connect dns#* dns/promises#* nodemailer#* ws#default googleapis#* @aws-sdk/* @octokit/* openai#* @anthropic-ai/sdk#*
    XMLHttpRequest importScripts
  `),
  storage: words(`
    fs#promises.* fs/promises#* fs#* fs-extra#* graceful-fs#* fs#default.* fs#default.promises.* fs/promises#default.*
    indexedDB.* caches.* localStorage.* sessionStorage.* navigator.storage.* cookieStore.* chrome.storage.* browser.storage.*
    localforage#* idb#* idb-keyval#* level#* sqlite3#* sqlite#* lowdb#* keyv#* node-persist#*
    @react-native-async-storage/async-storage#* expo-secure-store#* expo-file-system#* react-native-fs#* react-native-mmkv#*
    write-file-atomic#* rimraf#* del#* mkdirp#* make-dir#* load-json-file#* write-json-file#* tempy#*
  `),
  timer: words(`
    timers/promises#* scheduler.wait scheduler.postTask delay#* sleep-promise#* p-wait-for#* p-min-delay#* es-toolkit#delay es-toolkit/promise#delay radash#sleep
    Bun.sleep Atomics.waitAsync
  `),
  event: words(`
    events#once events#on stream/promises#* p-event#* p-defer#* .waitForEvent .waitForSelector .waitForNavigation .waitForResponse
    rxjs#firstValueFrom rxjs#lastValueFrom
  `),
  user: words(`
    confirm prompt alert window.confirm window.prompt window.alert inquirer#* prompts#* enquirer#* @inquirer/prompts#* @clack/prompts#* readline/promises#*
    showOpenFilePicker showSaveFilePicker showDirectoryPicker window.showOpenFilePicker window.showSaveFilePicker window.showDirectoryPicker
    navigator.mediaDevices.getUserMedia navigator.mediaDevices.getDisplayMedia Notification.requestPermission navigator.permissions.request
    navigator.credentials.get navigator.credentials.create
    vscode#window.show* electron#dialog.* .showOpenDialog .showSaveDialog .showMessageBox .showQuickPick .showInputBox .showInformationMessage
    .showWarningMessage .showErrorMessage
  `),
};

/** Calls of these names wait for time, whoever declares them: `sleep(100)`, `this.delay(ms)`. */
const timerNames =
  /^(?:sleep|delay|wait|pause|timeout|backoff|back_off)(?:Ms|For|Seconds|Millis|Milliseconds|Async|Promise)?$/i;

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

/** Whether a call is documented to throw. A name that ends in `Sync` is that of the form without a promise to reject. */
export function throwsAsDocumented(callee: Callee): boolean {
  return names(throwing, callee.replace(/^node:/, '')) || /[a-z]Sync$/.test(callee);
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

/** What awaiting a call waits for, where the callee tells. */
export function waitKind(callee: Callee): WaitKind | undefined {
  const plain = callee.replace(/^node:/, '');
  for (const kind of Object.keys(waits) as WaitKind[]) if (names(waits[kind], plain)) return kind;
  return timerNames.test(lastName(plain)) ? 'timer' : undefined;
}

interface Table {
  readonly exact: ReadonlySet<Callee>;
  readonly beginnings: readonly string[];
}

const tables = new WeakMap<readonly Callee[], Table>();

function names(list: readonly Callee[], callee: Callee): boolean {
  let table = tables.get(list);
  if (!table) {
    table = {
      exact: new Set(list.filter((entry) => !entry.endsWith('*'))),
      beginnings: list.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1)),
    };
    tables.set(list, table);
  }
  return table.exact.has(callee) || table.beginnings.some((beginning) => callee.startsWith(beginning));
}

function lastName(callee: Callee): string {
  return callee.slice(Math.max(callee.lastIndexOf('.'), callee.lastIndexOf('#')) + 1);
}

function words(text: string): readonly Callee[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
