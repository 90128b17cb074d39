// A ledger on a clock that the test sets.
import { Ledger } from '../../src/trace/recording/ledger.js';
import { Site } from '../../src/trace/recording/sites.js';
import { Timeline } from '../../src/trace/recording/timeline.js';

export class Bench {
  time = 0;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  #sites = 0;

  constructor(timelineRows = 100) {
    this.timeline = new Timeline(timelineRows);
    this.ledger = new Ledger(() => this.time, this.timeline);
  }

  lock(name = 'a') {
    return this.ledger.lock({ library: 'test', kind: 'Mutex', name });
  }

  site(symbol: string, file = '/app/a.js') {
    const id = ++this.#sites;
    return new Site(id, { file, line: id, column: 1, symbol, operation: 'acquire', text: '' });
  }

  /** Lets time pass. */
  after(ms: number): this {
    this.time += ms;
    return this;
  }
}
