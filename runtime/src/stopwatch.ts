type Started = Record<symbol, number | undefined>;

/**
 * Tells how long ago it was started for an object. The time is kept on the object itself: a weak map with so many keys of so
 * short a life would cost the garbage collector more than all the rest.
 */
export class Stopwatch {
  private readonly key = Symbol('since');

  start(of: object): void {
    (of as Started)[this.key] = performance.now();
  }

  /** Stops, and tells the time in ms; undefined when it was not started for this object. */
  stop(of: object): number | undefined {
    const began = (of as Started)[this.key];
    if (began === undefined) return undefined;
    (of as Started)[this.key] = undefined;
    return performance.now() - began;
  }
}
