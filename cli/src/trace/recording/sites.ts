// The places in the program that take locks. A site is made when its file is loaded, or, for a call that loading could
// not mark, when it is met first; what happens there is counted on the site itself, so that an acquire looks nothing up.
import { Histogram } from './histogram.js';

/** A position in a file as it was loaded, before source maps. */
export interface LoadedPosition {
  /** The URL of the module, or an absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** What is known of a call when its file is loaded. */
export interface SiteMark extends LoadedPosition {
  /** The enclosing path, such as `Class.method`; empty at the top of a module. */
  readonly symbol: string;
  /** The method or function that is called there. */
  readonly operation: string;
  /** The line's text, without the white space around it. */
  readonly text: string;
}

/** How often, and for how long altogether, waiters of one site waited behind holders of another. */
export interface Blocking {
  waits: number;
  waitMs: number;
}

export class Site implements SiteMark {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly symbol: string;
  readonly operation: string;
  readonly text: string;
  library = '';
  acquisitions = 0;
  contended = 0;
  abandoned = 0;
  timedOut = 0;
  maxQueueDepth = 0;
  /** The waits of contended requests, those that were abandoned included; who got the lock at once did not wait. */
  readonly wait = new LazyHistogram();
  readonly hold = new LazyHistogram();
  /** How many requests were queued when a contended one came, itself included, by the power of two below that. */
  readonly queueDepth = new Map<number, number>();
  readonly blockedBy = new Map<Site, Blocking>();

  constructor(id: number, mark: SiteMark) {
    this.id = id;
    this.file = mark.file;
    this.line = mark.line;
    this.column = mark.column;
    this.symbol = mark.symbol;
    this.operation = mark.operation;
    this.text = mark.text;
  }
}

/** Most marked calls never run, so that their histograms are made on the first use. */
class LazyHistogram {
  #histogram: Histogram | undefined;

  record(ms: number): void {
    (this.#histogram ??= new Histogram()).record(ms);
  }

  get histogram(): Histogram | undefined {
    return this.#histogram;
  }
}

/** The most sites that are kept apart; the calls of all others count as one unknown site. */
const mostSites = 20_000;

const unknownMark: SiteMark = { file: '', line: 0, column: 0, symbol: '', operation: '', text: '' };

export class SiteTable {
  readonly unknown = new Site(0, unknownMark);
  readonly #byId: Site[] = [];
  readonly #byPosition = new Map<string, Site>();
  readonly #collect: () => void;
  #count = 0;

  /** `collect` is called when a number is met that is not known yet, and may add it. */
  constructor(collect: () => void = () => undefined) {
    this.#collect = collect;
  }

  /** Adds what the loading of a file has found; `ids` may come from another thread. */
  add(id: number, mark: SiteMark): void {
    if (this.#count >= mostSites) return;
    this.#count++;
    this.#byId[id] = new Site(id, mark);
  }

  get(id: number): Site {
    const known = this.#byId[id];
    if (known !== undefined) return known;
    this.#collect();
    return this.#byId[id] ?? this.unknown;
  }

  /** The site of a call that was not marked, by its position in a stack. */
  at(position: LoadedPosition, symbol: string, operation: string): Site {
    const key = `${position.file}:${position.line}:${position.column}`;
    const known = this.#byPosition.get(key);
    if (known !== undefined) return known;
    if (this.#count >= mostSites) return this.unknown;
    this.#count++;
    const site = new Site(-this.#count, { ...position, symbol, operation, text: '' });
    this.#byPosition.set(key, site);
    return site;
  }

  /** The sites where a lock was asked for. */
  used(): Site[] {
    const all = [...this.#byId.filter((site) => site !== undefined), ...this.#byPosition.values(), this.unknown];
    return all.filter((site) => site.acquisitions + site.contended + site.abandoned + site.timedOut > 0);
  }
}
