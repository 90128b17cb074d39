import { Mutex } from 'async-mutex';
import { describe, expect, it } from 'vitest';
import { AsyncMutex, quickRead, TimeoutError } from '@lockwise/runtime';
import { compareOutcomes, explore, outcomesOf, ScheduleError, type Run } from '@lockwise/runtime/testing';

const texts = async (program: (run: Run) => unknown, options = {}) =>
  (await outcomesOf(program, options)).outcomes.map(({ text }) => text).sort();

describe('explore: what it enumerates', () => {
  it('runs every order of independent events, each alone', async () => {
    const program = async (run: Run) => {
      const order: string[] = [];
      await Promise.all(['a', 'b', 'c'].map((name) => run.task(name, () => void order.push(name))));
      return order.join('');
    };
    const found = await outcomesOf(program, { batch: 1 });
    expect(found.schedules).toBe(6);
    expect(found.outcomes.map(({ text }) => text)).toEqual(
      ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'].map((order) => `returned "${order}"`),
    );
  });

  it('runs the events of a batch without what they set off in between', async () => {
    const program = async (run: Run) => {
      const order: string[] = [];
      const step = (name: string) => async () => {
        order.push(name);
        await Promise.resolve();
        order.push(name);
      };
      await Promise.all([run.task('a', step('a')), run.task('b', step('b'))]);
      return order.join('');
    };
    expect(await texts(program, { batch: 1 })).toEqual(['returned "aabb"', 'returned "bbaa"']);
    expect(await texts(program)).toEqual(['aabb', 'abab', 'baba', 'bbaa'].map((order) => `returned "${order}"`));
  });

  it('leaves out the schedules that only swap tasks which start in order', async () => {
    const program = async (run: Run) => {
      await Promise.all([run.task('a', () => run.pause()), run.task('b', () => run.pause(), { after: 'a' })]);
    };
    const free = async (run: Run) => {
      await Promise.all([run.task('a', () => run.pause()), run.task('b', () => run.pause())]);
    };
    const [ordered, swapped] = [await explore(program, { batch: 1 }), await explore(free, { batch: 1 })];
    // a, b, then the two ends; or a, its end, b, its end.
    expect(ordered.schedules).toBe(3);
    expect(swapped.schedules).toBe(6);
  });

  it('lets an optional event happen at any time, or never', async () => {
    const program = async (run: Run) => {
      let aborted = false;
      run.event('abort', () => (aborted = true));
      await run.pause('answer');
      return aborted;
    };
    expect(await texts(program)).toEqual(['returned false', 'returned true']);
  });

  it('takes each value of a choice', async () => {
    expect(await texts((run) => run.choose('answer', ['yes', 'no']))).toEqual(['returned "no"', 'returned "yes"']);
  });

  it('fires timers in the order in which they are due, without real time passing', async () => {
    const program = async (run: Run) => {
      const order: string[] = [];
      setTimeout(() => order.push('late'), 60_000);
      setTimeout(() => order.push('soon'), 10);
      run.task('other', () => order.push('other'));
      await new Promise((resolve) => setTimeout(resolve, 60_001));
      return `${order.join(' ')} at ${run.clock.now()}`;
    };
    expect(await texts(program, { batch: 1 })).toEqual(
      ['other soon late at 60001', 'soon late at 60001', 'soon late other at 60001', 'soon other late at 60001']
        .map((text) => `returned "${text}"`)
        .sort(),
    );
  });
});

describe('explore: what it finds', () => {
  it('finds the lost update of a read and a write around a suspension, and a lock that mends it', async () => {
    const racing = async (run: Run) => {
      let count = 0;
      const add = async () => {
        const before = count;
        await run.pause();
        count = before + 1;
      };
      await Promise.all([run.task('a', add), run.task('b', add)]);
      return count;
    };
    const locked = async (run: Run) => {
      const mutex = new AsyncMutex(0);
      const add = () =>
        mutex.withLock(async (guard) => {
          const before = guard.value;
          await run.pause();
          guard.value = before + 1;
        });
      await Promise.all([run.task('a', add), run.task('b', add)]);
      return mutex.withLock(({ value }) => value);
    };
    const compared = await compareOutcomes(racing, locked);
    expect(compared.refines).toBe(true);
    expect(compared.same).toBe(false);
    expect(compared.kept.map(({ text }) => text)).toEqual(['returned 2']);
    expect(compared.lost.map(({ text }) => text)).toEqual(['returned 1']);
    const { added } = await compareOutcomes(locked, racing);
    expect(added[0]?.schedule).toEqual(['start a', 'start b', 'pause 1', 'pause 2']);
  });

  it('tells a deadlock as the tasks that wait for ever, with its schedule', async () => {
    const program = async (run: Run) => {
      const [x, y] = [new AsyncMutex(), new AsyncMutex()];
      const both = (first: AsyncMutex, second: AsyncMutex) => () =>
        first.withLock(async () => {
          await run.pause();
          await second.withLock(() => {});
        });
      await Promise.all([run.task('a', both(x, y)), run.task('b', both(y, x))]);
    };
    const error = (await explore(program).catch((error: unknown) => error)) as ScheduleError;
    expect(error).toBeInstanceOf(ScheduleError);
    expect(error.message).toMatch(
      /^stuck: a, b wait for ever, under this schedule \(replay: \[[\d, ]+\]\):\n {2}1\. start a/,
    );
    const replayed = await outcomesOf(program, { replay: error.choices });
    expect(replayed.schedules).toBe(1);
    expect(replayed.outcomes[0]?.schedule).toEqual(error.schedule);
    expect((await outcomesOf(program)).outcomes.map(({ text }) => text)).toContain('returned undefined');
  });

  it('fails on an invariant that does not hold in between', async () => {
    const program = async (run: Run) => {
      let inside = 0;
      run.check(() => expect(inside).toBeLessThan(2));
      const enter = async () => {
        inside++;
        await run.pause();
        inside--;
      };
      await Promise.all([run.task('a', enter), run.task('b', enter)]);
    };
    await expect(explore(program)).rejects.toThrow(/start a\n {2}2\. \+?start b$/);
  });

  it('shows that a lock without an own limit is lost to a race with a timer', async () => {
    const program = async (run: Run) => {
      const mutex = new Mutex();
      const limited = async () => {
        const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 10));
        const release = await Promise.race([mutex.acquire(), late]);
        release();
      };
      const holder = run.task('holder', () => mutex.runExclusive(() => run.pause()));
      await Promise.allSettled([holder, run.task('limited', limited)]);
      await mutex.runExclusive(() => {});
    };
    await expect(explore(program)).rejects.toThrow('waits for ever');
    const ours = async (run: Run) => {
      const mutex = new AsyncMutex();
      const holder = run.task('holder', () => mutex.withLock(() => run.pause()));
      const limited = run.task('limited', async () => (await mutex.acquire({ timeout: 10 })).release());
      const [, outcome] = await Promise.allSettled([holder, limited]);
      await mutex.withLock(() => {});
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(TimeoutError);
      return outcome.status;
    };
    const { outcomes } = await explore(ours);
    expect(outcomes.map(({ text }) => text).sort()).toEqual(['returned "fulfilled"', 'returned "rejected"']);
  });
});

describe('explore: what it refuses', () => {
  it('says so when a program does not repeat itself', async () => {
    let runs = 0;
    const program = async (run: Run) => {
      const tasks = ++runs % 2 === 0 ? ['a'] : ['a', 'b', 'c'];
      await Promise.all(tasks.map((name) => run.task(name, () => run.pause())));
    };
    await expect(explore(program)).rejects.toThrow('the program does not repeat itself');
  });

  it('gives up with advice when there are too many schedules', async () => {
    const program = (run: Run) => Promise.all(['a', 'b', 'c', 'd'].map((name) => run.task(name, () => run.pause())));
    await expect(explore(program, { maxSchedules: 50 })).rejects.toThrow('more than 50 schedules: make the program');
    await expect(explore(program, { batch: 0 })).rejects.toThrow('options.batch must be an integer from 1');
  });

  it('gives up a run that does not end', async () => {
    const endless = async (run: Run) => {
      for (;;) await run.pause();
    };
    await expect(explore(endless, { maxEvents: 20 })).rejects.toThrow('the program did not end within 20 events');
  });
});

describe('compareOutcomes', () => {
  it('proves that quickRead refines a manual read under the lock of async-mutex', async () => {
    const program = (read: (mutex: Mutex, value: () => number) => Promise<number>) => async (run: Run) => {
      const mutex = new Mutex();
      let [left, right] = [5, 5];
      const move = () =>
        mutex.runExclusive(async () => {
          left--;
          await run.pause();
          right++;
        });
      const results = await Promise.all([
        run.task('move', move),
        run.task('read', () => read(mutex, () => left + right)),
        run.task('move again', move),
      ]);
      return { seen: results[1], left, right };
    };
    const manual = program(async (mutex, value) => {
      const release = await mutex.acquire();
      try {
        return value();
      } finally {
        release();
      }
    });
    const compared = await compareOutcomes(
      manual,
      program((mutex, value) => quickRead(mutex, value)),
    );
    expect(compared).toMatchObject({ refines: true, same: true });
    const unlocked = await compareOutcomes(
      manual,
      program(async (_mutex, value) => value()),
    );
    expect(unlocked.added.map(({ text }) => text)).toEqual(['returned {left: 3, right: 7, seen: 9}']);
  });
});
