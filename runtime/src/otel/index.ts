import { metrics, type Attributes, type Meter } from '@opentelemetry/api';
import { observeLocks, type Abandonment, type LockObserver, type ObservedLock } from '../observer.js';
import { Stopwatch } from '../stopwatch.js';

/** Options of {@link enableLockMetrics}. */
export interface LockMetricsOptions {
  /** Where the instruments are made. Default: the global meter provider's meter `@lockwise/runtime`. */
  readonly meter?: Meter | undefined;
  /** The attributes of a lock. Default: `lock.kind`, and `lock.name` when it has one. Keep their values few: keys are none. */
  readonly attributes?:
    ((lock: { readonly kind: string; readonly name: string | undefined }) => Attributes) | undefined;
}

/**
 * Records OpenTelemetry metrics of all locks; returns the function that ends it. Needs `@opentelemetry/api`.
 *
 * - `lock.wait.duration` (histogram, s): waits that ended with a grant
 * - `lock.hold.duration` (histogram, s): from a grant to its release
 * - `lock.waiters` (up-down counter): requests that wait now
 * - `lock.abandoned` (counter): waits that ended without a grant, by `lock.reason` (`abort`, `timeout`, `refused`)
 */
export function enableLockMetrics(options: LockMetricsOptions = {}): () => void {
  return observeLocks(new MetricsObserver(options));
}

/** Boundaries in s: a lock is to be held for microseconds, and one that is waited for during seconds is a finding. */
const BOUNDARIES = [0.000_1, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

class MetricsObserver implements LockObserver {
  private readonly watch = new Stopwatch();
  private readonly attributes: NonNullable<LockMetricsOptions['attributes']>;
  private readonly instruments: ReturnType<typeof instrumentsOf>;

  constructor({ meter = metrics.getMeter('@lockwise/runtime'), attributes = nameAndKind }: LockMetricsOptions) {
    this.instruments = instrumentsOf(meter);
    this.attributes = attributes;
  }

  waits(lock: ObservedLock, request: object): void {
    this.watch.start(request);
    this.instruments.waiters.add(1, this.attributes(lock));
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined): void {
    const waited = request && this.watch.stop(request);
    // A request from before the metrics were turned on was not counted as waiting; the guard of a downgrade never waited.
    if (waited !== undefined) {
      const attributes = this.attributes(lock);
      this.instruments.waiters.add(-1, attributes);
      this.instruments.wait.record(waited / 1000, attributes);
    }
    this.watch.start(guard);
  }

  released(lock: ObservedLock, guard: object): void {
    const held = this.watch.stop(guard);
    if (held !== undefined) this.instruments.hold.record(held / 1000, this.attributes(lock));
  }

  abandoned(lock: ObservedLock, request: object, why: Abandonment): void {
    if (this.watch.stop(request) === undefined) return;
    const attributes = this.attributes(lock);
    this.instruments.waiters.add(-1, attributes);
    this.instruments.abandoned.add(1, { ...attributes, 'lock.reason': why });
  }
}

function instrumentsOf(meter: Meter) {
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } };
  return {
    wait: meter.createHistogram('lock.wait.duration', { ...seconds, description: 'Waits that ended with a grant' }),
    hold: meter.createHistogram('lock.hold.duration', { ...seconds, description: 'From a grant to its release' }),
    waiters: meter.createUpDownCounter('lock.waiters', { unit: '{request}', description: 'Requests that wait now' }),
    abandoned: meter.createCounter('lock.abandoned', {
      unit: '{request}',
      description: 'Waits that ended without a grant',
    }),
  };
}

function nameAndKind(lock: { readonly kind: string; readonly name: string | undefined }): Attributes {
  return lock.name === undefined ? { 'lock.kind': lock.kind } : { 'lock.kind': lock.kind, 'lock.name': lock.name };
}
