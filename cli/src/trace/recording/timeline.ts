// The last requests that waited or made others wait, as intervals for the chart of holders and waiters.
import type { LockRecord, LockRequest } from './ledger.js';
import type { Site } from './sites.js';

/** One interval of the timeline. Times are milliseconds since the start of the recording. */
export interface TimelineRow {
  readonly lock: LockRecord;
  readonly site: Site;
  readonly asked: number;
  /** When the lock was given; absent when the request was abandoned. */
  readonly granted: number | undefined;
  /** When the lock was released or the request abandoned. */
  readonly ended: number;
}

/** Keeps the last `capacity` rows: a run of any length needs the same memory. */
export class Timeline {
  readonly #rows: TimelineRow[] = [];
  readonly #capacity: number;
  #oldest = 0;
  dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add({ lock, site, asked, granted }: LockRequest, ended: number): void {
    const row = { lock, site, asked, granted, ended };
    if (this.#rows.length < this.#capacity) {
      this.#rows.push(row);
      return;
    }
    this.#rows[this.#oldest] = row;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
    this.dropped++;
  }

  /** The rows in the order in which they ended. */
  rows(): TimelineRow[] {
    return [...this.#rows.slice(this.#oldest), ...this.#rows.slice(0, this.#oldest)];
  }
}
