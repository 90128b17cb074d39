import { expect, test } from 'vitest';
import { Ledger } from '../../src/trace/recording/ledger.js';
import { SiteTable } from '../../src/trace/recording/sites.js';
import { Stamp } from '../../src/trace/recording/stamp.js';
import { Timeline } from '../../src/trace/recording/timeline.js';

test('an object is remembered with its newest request, and shows nothing of it, frozen or not', () => {
  const ledger = new Ledger(() => 0, new Timeline(1));
  const ask = () => ledger.ask(ledger.lock({ library: 'x', kind: 'y' }), new SiteTable().unknown, false);
  for (const object of [{}, Object.freeze({}), Object.create(null) as object]) {
    expect(Stamp.get(object)).toBeUndefined();
    Stamp.set(object, ask());
    const newest = ask();
    Stamp.set(object, newest);
    expect(Stamp.get(object)).toBe(newest);
    expect(Reflect.ownKeys(object)).toEqual([]);
  }
});
