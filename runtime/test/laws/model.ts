/** What became of a request. */
export type Fate = 'waiting' | 'granted' | 'refused' | 'aborted' | 'timed out' | 'skipped';

interface Request<M> {
  readonly id: string;
  readonly mode: M;
  readonly due: number;
}

/** How a lock is to behave, one step at a time: a queue, first in, first out, and what may be held at the same time. */
export class LockModel<M> {
  readonly holders = new Map<string, M>();
  readonly fates = new Map<string, Fate>();
  queue: Request<M>[] = [];
  private readonly fits: (mode: M, held: readonly M[]) => boolean;
  private readonly aborted = new Set<string>();
  /** Granted, but aborted before their section began. */
  private readonly doomed = new Set<string>();

  constructor(fits: (mode: M, held: readonly M[]) => boolean) {
    this.fits = fits;
  }

  request(id: string, mode: M, due = Infinity): void {
    if (this.aborted.has(id)) return void this.fates.set(id, 'aborted');
    this.fates.set(id, 'waiting');
    this.queue.push({ id, mode, due });
    this.admit();
  }

  tryRequest(id: string, mode: M): boolean {
    const free = this.queue.length === 0 && this.fits(mode, [...this.holders.values()]);
    if (free) this.grant({ id, mode, due: Infinity });
    else this.fates.set(id, 'refused');
    return free;
  }

  release(id: string): void {
    this.holders.delete(id);
    this.admit();
  }

  convert(id: string, mode: M): void {
    this.holders.set(id, mode);
    this.admit();
  }

  /** @param begun - whether the section has begun: one that has not will not any more. */
  abort(id: string, begun: boolean): void {
    this.aborted.add(id);
    if (this.fates.get(id) === 'waiting') this.leave(id, 'aborted');
    else if (this.holders.has(id) && !begun) this.doomed.add(id);
  }

  /** Lets the time come to `now`: whoever waits longer than allowed leaves. */
  expire(now: number): void {
    for (const { id, due } of [...this.queue]) if (due <= now) this.leave(id, 'timed out');
  }

  /** Everything that was set off has run: grants whose section will not begin have been given back. */
  settle(): void {
    for (const id of this.doomed) {
      this.doomed.delete(id);
      this.fates.set(id, 'skipped');
      this.release(id);
    }
  }

  private leave(id: string, fate: Fate): void {
    this.queue = this.queue.filter((request) => request.id !== id);
    this.fates.set(id, fate);
    this.admit();
  }

  private admit(): void {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (!this.fits(head.mode, [...this.holders.values()])) return;
      this.queue.shift();
      this.grant(head);
    }
  }

  private grant({ id, mode }: Request<M>): void {
    this.holders.set(id, mode);
    this.fates.set(id, 'granted');
  }
}

export type RwMode = 'read' | 'write';

/** Many readers or one writer. A mutex has writers only. */
export function rwFits(mode: RwMode, held: readonly RwMode[]): boolean {
  return held.length === 0 || (mode === 'read' && held.every((other) => other === 'read'));
}

/** As many as there are permits. */
export function permitsFit(capacity: number): (weight: number, held: readonly number[]) => boolean {
  return (weight, held) => held.reduce((sum, other) => sum + other, weight) <= capacity;
}
