import { setImmediate } from 'node:timers';
import type { HeldGrant } from './sections.js';

/** Guards that are looked at together. */
const ROOM = 1000;

/**
 * Tells of guards that were collected without a release. Most guards are released within the turn of the event loop that
 * they were taken in, and a registry costs several times the lock: only those that outlive the turn are registered.
 */
export class LeakedGuards {
  private readonly registry: FinalizationRegistry<HeldGrant>;
  private young: [guard: object, grant: HeldGrant][] = [];
  private isScheduled = false;

  constructor(report: (grant: HeldGrant) => void) {
    this.registry = new FinalizationRegistry((grant) => {
      if (!grant.hasEnded) report(grant);
    });
  }

  watch(guard: object, grant: HeldGrant): void {
    this.young.push([guard, grant]);
    if (this.young.length >= ROOM) this.young = this.young.filter(([, { hasEnded }]) => !hasEnded);
    if (this.young.length >= ROOM) this.register();
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.register();
    }).unref();
  }

  private register(): void {
    for (const [guard, grant] of this.young) if (!grant.hasEnded) this.registry.register(guard, grant);
    this.young = [];
  }
}
