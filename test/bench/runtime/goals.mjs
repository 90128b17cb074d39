// The goals: which scenario shows each, what is compared with what, and the limit of the ratio.

/** `of / to` must not exceed `most`, or must be at least `least`. Without `to`: of the scenario's floor. */
export const goals = [
  {
    id: 'P1',
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
    scenario: ['uncontended', 'syncSections'],
    checks: [
      { of: 'withLock', most: 1.6 },
      { of: 'withLockSync', most: 1.6 },
      { of: 'quickRead', most: 1.6 },
    ],
  },
  {
    id: 'P3',
    scenario: ['uncontended', 'tries'],
    checks: [
      { of: 'tryAcquire + release', most: 1.2 },
      { of: 'tryQuickRead', most: 1.2 },
    ],
  },
  {
    id: 'P4',
    scenario: ['contended', 'thousand'],
    checks: [
      { of: 'AsyncMutex', most: 3 },
      { of: 'AsyncMutex', to: '@henrygd/semaphore', most: 1.2 },
    ],
  },
  {
    id: 'P5',
    scenario: ['contended', 'hundredThousand'],
    checks: [
      { of: 'AsyncMutex, 100,000', most: 2 },
      { of: 'await-lock, 100,000', to: 'AsyncMutex, 100,000', least: 20 },
    ],
  },
  { id: 'P5', scenario: ['contended', 'abortAmongMany'], checks: [{ of: 'abort among 20,000', most: 2 }] },
  {
    id: 'P7',
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
    scenario: ['mapping', 'asyncMapper'],
    checks: [
      { of: 'concurrentMap', most: 1.6 },
      { of: 'p-map', to: 'concurrentMap', least: 5 },
      { of: 'p-limit', to: 'concurrentMap', least: 10 },
    ],
  },
  { id: 'P8', scenario: ['mapping', 'syncMapper'], checks: [{ of: 'concurrentMap', most: 1.3 }] },
  {
    id: 'P9',
    scenario: ['batches', 'adds'],
    checks: [
      { of: 'BatchProcessor', most: 1.7 },
      { of: 'BatchProcessor', to: 'dataloader', most: 1.2 },
    ],
  },
  {
    id: 'P10',
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
    scenario: ['operations', 'firstTry'],
    checks: [
      { of: 'retryWithBackoff', most: 4 },
      { of: 'retryWithBackoff', to: 'es-toolkit retry', most: 1 },
      { of: 'p-retry', to: 'retryWithBackoff', least: 5 },
    ],
  },
  {
    id: 'P12',
    scenario: ['operations', 'add32'],
    checks: [
      { of: 'AtomicCounter, shared, 32 bits', most: 1.2 },
      { of: 'AtomicCounter, local', most: 1.2 },
    ],
  },
  { id: 'P12', scenario: ['operations', 'add64'], checks: [{ of: 'AtomicCounter, shared, 64 bits', most: 1.3 }] },
  { id: 'P13', scenario: ['diagnostics', 'checks'], checks: [{ of: 'with the checks', most: 1.05 }] },
  { id: 'P14', scenario: ['diagnostics', 'observers'], checks: [{ of: 'one subscriber', most: 2 }] },
  {
    id: 'P15',
    scenario: ['diagnostics', 'observers'],
    checks: [
      { of: 'deadlock detection', most: 5 },
      { of: 'deadlock detection, withLock', to: 'withLock, no observer', most: 5 },
    ],
  },
];

/** The goals of memory, in bytes per waiter. */
export const memoryGoals = [
  { of: 'AsyncMutex', to: 'a promise and its resolver', most: 1.5 },
  { of: 'AsyncMutex, each with its own signal', to: 'a promise and its resolver', most: 5 },
  { of: 'AsyncMutex', to: 'async-sema', most: 1 },
];
