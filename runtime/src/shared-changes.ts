import type { WaitList } from './wait-list.js';

type SharedCells = Int32Array | BigInt64Array;
type WaitResult = { readonly async: boolean; readonly value: Promise<string> | string };
type WaitAsync = (cells: SharedCells, index: number, expected: number | bigint) => WaitResult;

/** How often the value is looked at where the engine has no `Atomics.waitAsync`, in ms. */
const POLL = 5;

/**
 * Wakes the list of this thread when a shared cell changes, by one wait in the engine whatever the number of waiters: such
 * a wait cannot be cancelled, so one per waiter would stay behind for each that gives up.
 */
export class SharedChanges {
  private running = false;
  private readonly list: WaitList<void>;
  private readonly cells: SharedCells;
  /** Makes the change of others known to this wait, and returns the content of the cell that it waits to see replaced. */
  private readonly announced: () => number | bigint;
  private readonly phases: { began(): void; ended(): void } | undefined;

  constructor(
    list: WaitList<void>,
    cells: SharedCells,
    announced: () => number | bigint,
    phases?: { began(): void; ended(): void },
  ) {
    this.list = list;
    this.cells = cells;
    this.announced = announced;
    this.phases = phases;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.phases?.began();
    void this.next(this.announced());
  }

  private async next(expected: number | bigint): Promise<void> {
    await changed(this.cells, expected);
    this.running = false;
    this.phases?.ended();
    // Those who are not satisfied start the next wait.
    this.list.wakeAll();
  }
}

async function changed(cells: SharedCells, expected: number | bigint): Promise<void> {
  const waitAsync = (Atomics as unknown as { waitAsync?: WaitAsync }).waitAsync;
  if (waitAsync !== undefined) {
    await waitAsync(cells, 0, expected).value;
    return;
  }
  while ((Atomics.load as (c: SharedCells, i: number) => number | bigint)(cells, 0) === expected) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
