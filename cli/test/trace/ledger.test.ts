import { describe, expect, test } from 'vitest';
import { findDeadlocks } from '../../src/trace/recording/deadlocks.js';
import { Bench } from './recording.js';

describe('the ledger', () => {
  test('counts a free lock as held from the moment it was asked for, without a wait', () => {
    const bench = new Bench();
    const site = bench.site('save');
    const request = bench.ledger.ask(bench.lock(), site, false);
    bench.after(7).ledger.release(request);
    expect([site.acquisitions, site.contended, site.hold.histogram?.sum, site.wait.histogram]).toEqual([
      1,
      0,
      7,
      undefined,
    ]);
    expect([...bench.ledger.active()]).toEqual([]);
  });

  test('charges each wait to the holders during it, for their share of the time', () => {
    const bench = new Bench();
    const [save, load, scan] = [bench.site('save'), bench.site('load'), bench.site('scan')];
    const lock = bench.lock();
    const first = bench.ledger.ask(lock, save, false);
    const second = bench.after(2).ledger.ask(lock, load, true);
    const third = bench.after(3).ledger.ask(lock, scan, true);
    bench.after(5).ledger.release(first);
    bench.ledger.grant(second);
    bench.after(10).ledger.release(second);
    bench.ledger.grant(third);
    bench.ledger.release(third);
    expect(Object.fromEntries([...load.blockedBy].map(([holder, by]) => [holder.symbol, by]))).toEqual({
      save: { waits: 1, waitMs: 8 },
    });
    expect(Object.fromEntries([...scan.blockedBy].map(([holder, by]) => [holder.symbol, by]))).toEqual({
      save: { waits: 1, waitMs: 5 },
      load: { waits: 0, waitMs: 10 },
    });
    expect([load.wait.histogram?.sum, scan.wait.histogram?.sum, lock.waitMs]).toEqual([8, 15, 23]);
    expect([scan.maxQueueDepth, lock.maxWaiters, [...scan.queueDepth]]).toEqual([2, 2, [[2, 1]]]);
  });

  test('counts a request that ends without the lock by the way it ended, and lets the next one through', () => {
    const bench = new Bench();
    const [save, load] = [bench.site('save'), bench.site('load')];
    const lock = bench.lock();
    const holder = bench.ledger.ask(lock, save, false);
    const cancelled = bench.ledger.ask(lock, load, true);
    const late = bench.ledger.ask(lock, load, true);
    bench.after(4).ledger.abandon(cancelled);
    bench.ledger.abandon(late, true);
    bench.ledger.grant(cancelled);
    bench.ledger.release(holder);
    expect([load.acquisitions, load.contended, load.abandoned, load.timedOut]).toEqual([0, 2, 1, 1]);
    expect([...bench.ledger.active()]).toEqual([]);
  });

  test('ignores a second release', () => {
    const bench = new Bench();
    const site = bench.site('save');
    const lock = bench.lock();
    const first = bench.ledger.ask(lock, site, false);
    bench.ledger.release(first);
    const second = bench.ledger.ask(lock, site, false);
    bench.ledger.release(first);
    expect([second.isHolding, lock.holders.size, site.hold.histogram?.count]).toEqual([true, 1, 1]);
  });

  test('keeps a timeline of the requests that waited and of those that made them wait, at most as many as it may', () => {
    const bench = new Bench(3);
    const site = bench.site('save');
    const lock = bench.lock();
    bench.ledger.release(bench.ledger.ask(lock, site, false));
    let holder = bench.ledger.ask(lock, site, false);
    for (let n = 0; n < 4; n++) {
      const next = bench.after(1).ledger.ask(lock, site, true);
      bench.after(1).ledger.release(holder);
      bench.ledger.grant((holder = next));
    }
    expect(bench.timeline.rows().map(({ asked, granted, ended }) => [asked, granted, ended])).toEqual(
      [
        [0, 0, 2],
        [1, 2, 4],
        [3, 4, 6],
      ]
        .concat([[5, 6, 8]])
        .slice(-3),
    );
    expect(bench.timeline.dropped).toBe(1);
  });

  test('remembers a bounded number of held locks when the program never releases them', () => {
    const bench = new Bench();
    const site = bench.site('leak');
    const requests = Array.from({ length: 20_010 }, () => bench.ledger.ask(bench.lock(), site, false));
    expect([...bench.ledger.active()]).toHaveLength(20_000);
    expect(bench.ledger.forgotten).toBe(10);
    requests.forEach((request) => bench.ledger.release(request));
    expect([...bench.ledger.active()]).toEqual([]);
  });
});

describe('the search for deadlocks', () => {
  test('finds two functions that take two locks in opposite order', () => {
    const bench = new Bench();
    const [a, b] = [bench.lock('a'), bench.lock('b')];
    const [forwardA, forwardB] = [bench.site('forward'), bench.site('forward')];
    const [backwardB, backwardA] = [bench.site('backward'), bench.site('backward')];
    bench.ledger.ask(a, forwardA, false);
    bench.ledger.ask(b, backwardB, false);
    bench.after(1).ledger.ask(b, forwardB, true);
    bench.ledger.ask(a, backwardA, true);
    const circles = findDeadlocks([...bench.ledger.active()], bench.after(1).time, 0);
    expect(circles.map((circle) => circle.map(({ waiter }) => waiter.site.id))).toEqual([[backwardA.id, forwardB.id]]);
    expect(findDeadlocks([...bench.ledger.active()], bench.time, 10)).toEqual([]);
  });

  test('does not take requests that wait for a holder at the same call for a deadlock', () => {
    const bench = new Bench();
    const lock = bench.lock();
    const site = bench.site('save');
    bench.ledger.ask(lock, site, false);
    bench.after(1).ledger.ask(lock, site, true);
    expect(findDeadlocks([...bench.ledger.active()], bench.time, 0)).toEqual([]);
  });
});
