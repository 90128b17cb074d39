// The goals: which scenario shows each, what is compared with what, and the limit of the ratio.

/**
 * A young generation that holds a hundred thousand waiters. In the default one the collector copies each of them twice,
 * whatever keeps them, and that hides what the queue itself costs.
 */
const ROOMY = ['--min-semi-space-size=256', '--max-semi-space-size=512'];

/**
 * `of / to` must not exceed `most`, or must be at least `least`. Without `to`: of the scenario's floor. `flags` are those
 * of the engine; `title` names the scenario in the tables.
 */
export const goals = [
  {
    id: 'P1',
    title: 'acquire and release a free lock',
    scenario: ['uncontended', 'acquireAndRelease'],
    checks: [
      { of: 'AsyncMutex.acquire', most: 2.5 },
      { of: 'AsyncMutex.acquire', to: 'es-toolkit Mutex', most: 1.5 },
      { of: 'async-mutex', to: 'AsyncMutex.acquire', least: 10 },
      { of: 'navigator.locks', to: 'AsyncMutex.acquire', least: 30 },
    ],
  },
  {
    id: 'P2',
    title: 'a section without a wait, free lock',
    scenario: ['uncontended', 'syncSections'],
    checks: [
      { of: 'withLock', most: 1.6 },
      { of: 'withLockSync', most: 1.6 },
      { of: 'quickRead', most: 1.6 },
    ],
  },
  {
    id: 'P3',
    title: 'now or not at all',
    scenario: ['uncontended', 'tries'],
    checks: [
      { of: 'tryAcquire + release', most: 1.2 },
      { of: 'tryQuickRead', most: 1.2 },
    ],
  },
  {
    id: 'P4',
    title: 'a queue of 1,000',
    scenario: ['contended', 'thousand'],
    checks: [
      { of: 'AsyncMutex', most: 3 },
      { of: 'AsyncMutex', to: '@henrygd/semaphore', most: 1.2 },
    ],
  },
  { id: 'P4', title: '1,000 sections at once', scenario: ['contended', 'thousandSections'], checks: [] },
  {
    id: 'P5',
    title: 'a queue of 100,000',
    scenario: ['contended', 'hundredThousand'],
    checks: [{ of: 'AsyncMutex, 100,000', most: 2 }],
  },
  {
    id: 'P5',
    title: 'a queue of 100,000, young generation of 256 MB',
    scenario: ['contended', 'hundredThousand'],
    flags: ROOMY,
    checks: [
      { of: 'AsyncMutex, 100,000', most: 2 },
      { of: 'await-lock, 100,000', to: 'AsyncMutex, 100,000', least: 20 },
    ],
  },
  {
    id: 'P5',
    title: 'an abort among 20,000 waiters',
    scenario: ['contended', 'abortAmongMany'],
    checks: [{ of: 'abort among 20,000', most: 2 }],
  },
  {
    id: 'P7',
    title: 'readers–writer lock, 95 % reads',
    scenario: ['rw-lock', 'mostlyReads'],
    checks: [
      { of: 'AsyncRwLock', most: 2.2 },
      { of: 'AsyncRwLock', to: 'rwlock', most: 1.1 },
      { of: 'async-rwlock', to: 'AsyncRwLock', least: 4 },
      { of: 'mortice', to: 'AsyncRwLock', least: 40 },
    ],
  },
  {
    id: 'P8',
    title: 'map, 16 at a time',
    scenario: ['mapping', 'asyncMapper'],
    checks: [
      { of: 'concurrentMap', most: 1.6 },
      { of: 'p-map', to: 'concurrentMap', least: 5 },
      { of: 'p-limit', to: 'concurrentMap', least: 10 },
    ],
  },
  {
    id: 'P8',
    title: 'map with a synchronous mapper',
    scenario: ['mapping', 'syncMapper'],
    checks: [{ of: 'concurrentMap', most: 1.3 }],
  },
  {
    id: 'P9',
    title: 'batches of 1,000',
    scenario: ['batches', 'adds'],
    checks: [
      { of: 'BatchProcessor', most: 1.7 },
      { of: 'BatchProcessor', to: 'dataloader', most: 1.2 },
    ],
  },
  {
    id: 'P10',
    title: 'a limit on an operation',
    scenario: ['operations', 'timeouts'],
    checks: [
      { of: 'withTimeout', most: 1.3 },
      { of: 'p-timeout', to: 'withTimeout', least: 8 },
      { of: 'es-toolkit withTimeout', to: 'withTimeout', least: 12 },
      { of: 'cockatiel timeout', to: 'withTimeout', least: 12 },
    ],
  },
  {
    id: 'P11',
    title: 'a retry that succeeds at once',
    scenario: ['operations', 'firstTry'],
    checks: [
      { of: 'retryWithBackoff', most: 4 },
      { of: 'retryWithBackoff', to: 'es-toolkit retry', most: 1 },
      { of: 'p-retry', to: 'retryWithBackoff', least: 5 },
    ],
  },
  {
    id: 'P12',
    title: 'add to a 32-bit counter',
    scenario: ['operations', 'add32'],
    checks: [
      { of: 'AtomicCounter, shared, 32 bits', most: 1.2 },
      { of: 'AtomicCounter, local', most: 1.2 },
    ],
  },
  {
    id: 'P12',
    title: 'add to a 64-bit counter',
    scenario: ['operations', 'add64'],
    checks: [{ of: 'AtomicCounter, shared, 64 bits', most: 1.3 }],
  },
  {
    id: 'P13',
    title: 'diagnostics with nobody listening',
    scenario: ['diagnostics', 'checks'],
    checks: [{ of: 'with the checks', most: 1.05 }],
  },
  {
    id: 'P14',
    title: 'with a subscriber',
    scenario: ['diagnostics', 'subscriber'],
    checks: [{ of: 'one subscriber', most: 2 }],
  },
  {
    id: 'P15',
    title: 'with deadlock detection',
    scenario: ['diagnostics', 'detection'],
    checks: [
      { of: 'deadlock detection', most: 5 },
      { of: 'deadlock detection, withLock', most: 5 },
    ],
  },
];

/** The goals of memory, in bytes per waiter. */
export const memoryGoal = {
  id: 'P6',
  title: 'memory of a waiter',
  checks: [
    { of: 'AsyncMutex', to: 'a promise and its resolver', most: 1.5 },
    { of: 'AsyncMutex, each with its own signal', to: 'a promise and its resolver', most: 5 },
    { of: 'AsyncMutex', to: 'async-sema', most: 1 },
  ],
};

/** The goals of size, in bytes, minified and compressed. */
export const sizeGoal = {
  id: 'P16',
  title: 'what an import adds to a bundle',
  checks: [
    { of: 'AsyncMutex', most: 900, unit: 'bytes' },
    { of: 'everything of @lockwise/runtime', most: 4500, unit: 'bytes' },
  ],
};
