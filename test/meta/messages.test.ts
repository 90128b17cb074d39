import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProject, rules, type Finding } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import { describe, expect, it } from 'vitest';
import { root } from './sources.js';

const host = { parse: parseSource, read: () => undefined, resolve: () => undefined };

/** What fits in two lines of an editor's list, the reason why there is no fix apart. */
const LONGEST = 300;

/** Said of one place, which nothing else in the code has to do with. */
const OF_ONE_PLACE: ReadonlySet<string> = new Set([
  'require-await-acquire',
  'no-release-on-timeout',
  'no-mutable-lock',
  'no-optional-lock',
  'no-unstable-lock-key',
  'require-acquire-timeout',
  'prefer-scoped-lock',
  'prefer-with-timeout',
]);

/** Tasks that wait for each other, or one for itself: who holds what, and who waits. */
const DEADLOCKS: Readonly<Record<string, RegExp>> = {
  'no-lock-order-cycle':
    /one task holds `\w+` \(sample\.ts:\d+, `\w+`\) and waits for `\w+`; another holds `\w+` \(sample\.ts:\d+, `\w+`\) and waits for `\w+`/,
  'no-reentrant-acquire': /waits for `[\w.]+`, which `[\w.]+` holds .*: the task waits for itself/,
  'no-lock-upgrade': /the writer waits for all readers to leave, and this reader waits for the writer/,
  'no-nested-limiter': /waits for a place of `\w+` while it has one: .* tasks like this one/,
};

describe.each(rules.map(({ name }) => name))('what %s says of its bad example', (name) => {
  const page = readFileSync(join(root, `docs/rules/${name}.md`), 'utf8');
  const bad = /^## Bad\n+```ts\n([^]*?)```/m.exec(page)![1]!;
  const project = createProject({ host, config: { preset: 'strict', rules: {}, locks: [] } });
  project.set('sample.ts', bad);
  const found = project.check().findings.filter(({ rule }) => rule === name);
  const text = ({ span }: Pick<Finding, 'span'>) => bad.slice(span[0], span[1]);

  it('names in backticks what stands there', () => {
    for (const { message, span } of found) {
      const named = /`(.+?)`(?=[\s:,.;]|$)/.exec(message)?.[1];
      expect(named, message).toBeDefined();
      const line = bad.slice(bad.lastIndexOf('\n', span[0]) + 1, Math.max(span[1], bad.indexOf('\n', span[0])));
      const words = named!
        .replace(/…$/, '')
        .split(/[^\w$#@]+/)
        .filter((word) => word !== '' && word !== 'this');
      expect(words.length, message).toBeGreaterThan(0);
      const around = `${line}\n${found.flatMap(({ related }) => related.map(text)).join('\n')}`;
      expect(
        words.filter((word) => !around.includes(word)),
        message,
      ).toEqual([]);
    }
  });

  it('says what happens and what to do, in sentences that fit', () => {
    for (const { message } of found) {
      const said = message.split(/ (?:No|That has no) automatic fix: /)[0]!;
      expect(said.length, said).toBeLessThanOrEqual(LONGEST);
      expect(said).toMatch(/[a-z`)]\. \W?[A-Z]/);
      expect(said.endsWith('.')).toBe(true);
      expect(said).not.toMatch(/\s\s|\[object|\$\{'/);
    }
  });

  it('shows the places that have to do with it', () => {
    for (const { related, span } of found) {
      if (!OF_ONE_PLACE.has(name)) expect(related.length).toBeGreaterThan(0);
      for (const place of related) {
        expect(text(place).trim()).not.toBe('');
        expect(place.message).toMatch(/^[`a-z].*[^.]$/);
      }
      const places = [...related.map((place) => `${place.span.join('-')} ${place.message}`), span.join('-')];
      expect(places).toEqual([...new Set(places)]);
    }
  });

  it('is said once', () => {
    const places = found.map(({ span }) => span[0]);
    // Of nothing, all that is asked here would be true.
    expect(places.length).toBeGreaterThan(0);
    expect(places).toEqual([...new Set(places)]);
  });

  if (name in DEADLOCKS)
    it('tells who holds what and waits for whom', () => {
      for (const { message } of found) expect(message).toMatch(DEADLOCKS[name]!);
    });
});

describe('of a section that sins several times', () => {
  const sample = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare const sleep: (ms: number) => Promise<void>;
export class Store {
  constructor(private readonly told: (n: number) => Promise<void>) {}
  private items: string[] = [];
  async save(urls: string[]): Promise<void> {
    await mutex.runExclusive(async () => {
      await sleep(10);
      await sleep(20);
      for (const url of urls) this.items.push(await (await fetch(url)).text());
      for (const url of urls) this.items.push(await (await fetch(url)).text());
      await this.told(1);
      await this.told(2);
    });
  }
}
`;
  const project = createProject({ host, config: { preset: 'strict', rules: {}, locks: [] } });
  project.set('sample.ts', sample);
  const { findings } = project.check();
  const ofHold = findings.filter(({ rule }) => /in-lock$|long-held/.test(rule));

  it('each rule says one thing', () => {
    const told = ofHold.map(({ rule }) => rule);
    expect(told).toEqual([...new Set(told)]);
    expect(told).toEqual(expect.arrayContaining(['no-delay-in-lock', 'no-await-loop-in-lock']));
  });

  it('and shows every place that it is said of', () => {
    const related = (rule: string) =>
      ofHold.find((one) => one.rule === rule)!.related.map(({ span }) => sample.slice(...span));
    expect(related('no-delay-in-lock')).toContainEqual(expect.stringContaining('sleep(20)'));
    expect(related('no-await-loop-in-lock').length).toBeGreaterThanOrEqual(2);
  });
});
