import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matchSites, parseProfile } from '@lockwise/engine/profile';
import { mergeProfiles } from '../../src/trace/merge.js';
import { loadProfile } from '../../src/trace/profile.js';
import { fullProfile, histogram, profile, site } from './profiles.js';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/profile-1.schema.json', import.meta.url), 'utf8'),
) as object;

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('reading a profile', () => {
  test('gives what was written', () => {
    expect(parseProfile(JSON.stringify(fullProfile()), 'p.json')).toEqual(fullProfile());
  });

  test.each([
    ['', 'p.json: not a lockwise profile (not JSON); write one with: lockwise trace -o FILE -- node app.js'],
    [
      '\u0000\u0001PNG',
      'p.json: not a lockwise profile (not JSON); write one with: lockwise trace -o FILE -- node app.js',
    ],
    ['null', /^p\.json: not a lockwise profile \(no "format"/],
    ['{"nodes":[]}', /^p\.json: not a lockwise profile \(no "format": "lockwise-profile"\); write one with/],
    [
      JSON.stringify(fullProfile()).slice(0, 300),
      'p.json: the profile is cut off, as when the disk is full; record it again with lockwise trace',
    ],
    [
      '{"format":"lockwise-profile","version":2}',
      'p.json: a profile of version 2, but this lockwise reads version 1; update lockwise',
    ],
    [
      '{"format":"lockwise-profile","version":0}',
      'p.json: a profile of version 0, but this lockwise reads version 1; record it again with lockwise trace',
    ],
    [
      JSON.stringify({ ...fullProfile(), sites: [{ id: 'x' }] }),
      'p.json: a damaged profile (sites[0].id is not a number of at least 0); record it again with lockwise trace',
    ],
    [
      JSON.stringify(profile([site(1, 'x', { blockedBy: [{ site: 5, waits: 1, waitMs: 1 }] })])),
      'p.json: a damaged profile (site 5 is referred to and not listed); record it again with lockwise trace',
    ],
  ])('of %j says what is wrong in one line', (text, expected) => {
    const message = messageOf(() => parseProfile(text, 'p.json'));
    expect(message).not.toContain('\n');
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  test('that is missing, or is a folder, says so in one line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockwise-profile-'));
    expect(messageOf(() => loadProfile(join(folder, 'none.json')))).toMatch(
      /none\.json: no such file; write a profile with/,
    );
    expect(messageOf(() => loadProfile(folder))).toMatch(/: a folder, not a profile; name the JSON file/);
    writeFileSync(join(folder, 'ok.json'), JSON.stringify(fullProfile()));
    expect(loadProfile(join(folder, 'ok.json')).sites).toHaveLength(2);
  });
});

describe('the JSON schema', () => {
  const valid = new Ajv2020({ strict: true }).compile(schema);

  test('accepts a profile', () => {
    expect(valid(fullProfile()), JSON.stringify(valid.errors)).toBe(true);
  });

  test('and the reader give the same verdict on every profile with one value removed or changed', () => {
    let rejected = 0;
    let all = 0;
    for (const damaged of variants(fullProfile())) {
      const accepted = messageOf(() => parseProfile(JSON.stringify(damaged.value), 'p.json'));
      // References are beyond what a schema can say.
      if (accepted.includes('is referred to and not listed')) continue;
      all++;
      if (accepted !== 'no error') rejected++;
      expect({ at: damaged.at, ok: accepted === 'no error' }).toEqual({ at: damaged.at, ok: valid(damaged.value) });
    }
    expect(rejected).toBeGreaterThan(100);
    expect(all - rejected).toBeGreaterThan(20);
  });
});

/** The value with each of its parts in turn left out, made a string, a negative number, a list and null. */
function* variants(value: unknown, at = ''): Generator<{ value: unknown; at: string }> {
  for (const other of ['text', -1, 3.5, [], {}, null, true])
    yield { value: other, at: `${at} = ${JSON.stringify(other)}` };
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) {
      const rest = Object.entries(value).filter(([other]) => other !== key);
      yield { value: Object.fromEntries(rest), at: `${at}.${key} left out` };
    }
    for (const changed of variants((value as Record<string, unknown>)[key], `${at}.${key}`)) {
      const whole = structuredClone(value) as Record<string, unknown>;
      whole[key] = changed.value;
      yield { value: whole, at: changed.at };
    }
  }
}

describe('finding sites in a text', () => {
  const text = ['a();', 'await lock.acquire();', 'b();', '  await lock.acquire();', 'c();'].join('\n');
  const twice = (occurrence: number, line: number, indent: number) =>
    site(line, 'await lock.acquire();', { line, occurrence, occurrences: 2, indent, column: indent + 7 });

  test('keeps equal lines apart by their order when lines are added', () => {
    const recorded = profile([twice(0, 2, 0), twice(1, 4, 2)]);
    const found = matchSites(recorded.sites, `// new\n\n${text}`);
    expect(found.map(({ line, column }) => [line, column])).toEqual([
      [4, 7],
      [6, 9],
    ]);
  });

  test('takes the nearest of equal lines when their number has changed', () => {
    const [found] = matchSites([twice(1, 4, 2)], `${text}\nawait lock.acquire();`);
    expect(found).toMatchObject({ line: 4 });
  });

  test('says nothing for a line that was changed', () => {
    expect(matchSites([twice(0, 2, 0)], 'await lock.acquire(1);')[0]).not.toHaveProperty('line');
  });

  test('reads lines with either ending', () => {
    expect(matchSites([twice(0, 2, 0)], text.replaceAll('\n', '\r\n'))[0]).toMatchObject({ line: 2 });
  });
});

describe('merging profiles', () => {
  test('adds the figures of equal sites up, and shifts the times of the later part', () => {
    const later = { ...fullProfile(), startedAt: '2026-01-02T03:04:05.050Z', complete: false };
    const merged = mergeProfiles([fullProfile(), later]);
    expect(merged.sites).toHaveLength(2);
    expect(merged.sites[0]).toMatchObject({
      acquisitions: 4,
      contended: 2,
      wait: histogram(4, 4),
      queueDepth: [[1, 2]],
      blockedBy: [{ site: 2, waits: 2, waitMs: 8 }],
    });
    expect(merged.locks.map(({ id }) => id)).toEqual([1, 2]);
    expect(merged.timeline.rows.map(({ asked }) => asked)).toEqual([1, 1, 51, 51]);
    expect([merged.complete, merged.durationMs, merged.timeline.dropped]).toEqual([false, 150, 2]);
    expect(messageOf(() => parseProfile(JSON.stringify(merged), 'p.json'))).toBe('no error');
  });

  test('is the same in any order but for the numbers', () => {
    const other = profile([site(9, 'await c.acquire()')]);
    const places = (...parts: ReturnType<typeof profile>[]) =>
      mergeProfiles(parts)
        .sites.map(({ text }) => text)
        .toSorted();
    expect(places(fullProfile(), other)).toEqual(places(other, fullProfile()));
  });
});
