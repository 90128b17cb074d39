/// <reference lib="dom" />
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockwise, temporaryFolder } from './programs.js';

const folder = temporaryFolder();

/** Records the contended program; `hold` is how long its sections last. */
async function recorded(file: string, hold: string): Promise<void> {
  const { code, stderr } = await lockwise([
    'trace',
    '-o',
    join(folder, file),
    '--',
    process.execPath,
    'contended.mjs',
    hold,
  ]);
  expect(stderr).toMatch(/wrote/);
  expect(code).toBe(0);
}

beforeAll(async () => {
  await recorded('before.json', '6');
  await recorded('after.json', '0');
  const { stderr } = await lockwise([
    'trace',
    '-o',
    join(folder, 'stuck.json'),
    '--',
    process.execPath,
    'deadlock.mjs',
  ]);
  expect(stderr).toMatch(/deadlock:/);
});

describe('the report in the terminal', () => {
  test('ranks the sites by waiting, and tells who waits behind whom', async () => {
    const { code, stdout, stderr } = await lockwise(['report', 'before.json'], folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^60 acquisitions at 2 sites, 5\d contended, .+ of waiting$/m);
    const rows = stdout.split('\n').filter((line) => line.includes('(async-mutex'));
    expect(rows[0]).toMatch(/Store\.peek contended\.mjs:17:\d+ {2}\(async-mutex runExclusive\)$/);
    expect(rows[1]).toMatch(/Store\.save contended\.mjs:11:\d+/);
    expect(stdout).toMatch(
      /Store\.peek contended\.mjs:17:\d+ {2}waited .+ behind {2}Store\.save contended\.mjs:11:\d+/,
    );
  });

  test('compares two runs', async () => {
    const { code, stdout } = await lockwise(['report', 'before.json', 'after.json'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +acquisitions +60 +60 +±0 %$/m);
    expect(stdout).toMatch(/^ +waited +\d.+ −\d+ %$/m);
    expect(stdout).toMatch(/ −\d+ % +\d+ +\d+ {2}Store\.peek contended\.mjs/);
  });

  test('shows at most as many sites as asked for', async () => {
    const { stdout } = await lockwise(['report', 'before.json', '--top', '1'], folder);
    expect(stdout).toMatch(/… and 1 more sites; see them with --top 2/);
  });

  test.each([
    [[], 'no profile named; write one with: lockwise trace -o FILE -- node app.js'],
    [['a', 'b', 'c'], '3 profiles named; give one, or two to compare'],
    [['before.json', '--top', 'x'], '--top x is not a number of sites; give one of at least 1'],
    [['--wat'], /^Unknown option '--wat'; see lockwise report --help$/],
    [['none.json'], 'none.json: no such file; write a profile with: lockwise trace -o FILE -- node app.js'],
    [['folder'], 'folder: a folder, not a profile; name the JSON file that lockwise trace wrote'],
    [
      ['before.json', '--html', 'no/page.html'],
      'cannot write no/page.html: there is no folder no; make it, or choose another place with --html FILE',
    ],
    [['foreign.json'], /^foreign\.json: not a lockwise profile \(no "format": "lockwise-profile"\)/],
    [['later.json'], 'later.json: a profile of version 9, but this lockwise reads version 1; update lockwise'],
    [['cut.json'], 'cut.json: the profile is cut off, as when the disk is full; record it again with lockwise trace'],
  ])('answers %j in one line', async (args, expected) => {
    mkdirSync(join(folder, 'folder'), { recursive: true });
    writeFileSync(join(folder, 'foreign.json'), '{"version": 3}');
    writeFileSync(join(folder, 'later.json'), '{"format": "lockwise-profile", "version": 9}');
    writeFileSync(join(folder, 'cut.json'), readFileSync(join(folder, 'before.json'), 'utf8').slice(0, 500));
    const { code, stderr } = await lockwise(['report', ...args], folder);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const message = stderr.trimEnd().replace('lockwise report: ', '');
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });
});

describe('the report as a page', () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    for (const [page, ...profiles] of [
      ['one.html', 'before.json'],
      ['two.html', 'before.json', 'after.json'],
      ['stuck.html', 'stuck.json'],
    ])
      await lockwise(['report', ...profiles, '--html', page!], folder);
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html').end(readFileSync(join(folder, request.url!.slice(1))));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
  });

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** Opens a page, and fails the test when anything in it goes wrong. */
  async function opened(name: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } });
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    await page.goto(pathToFileURL(join(folder, name)).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(troubles).toEqual([]);
    return page;
  }

  test('needs nothing but itself', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/one.html`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(asked.filter((url) => !url.endsWith('/favicon.ico'))).toHaveLength(1);
    expect(readFileSync(join(folder, 'one.html'), 'utf8')).not.toMatch(/<(?:link|img|script[^>]+src)/);
  });

  test('shows sites, histograms, pairs and the timeline of one run', async () => {
    const page = await opened('one.html');
    await expect
      .poll(() => page.getByRole('heading', { level: 2 }).allTextContents())
      .toEqual([
        'Sites by waiting',
        expect.stringMatching(/^Store\.peek contended\.mjs:17:\d+$/),
        'Who waits behind whom',
        'Timeline of holders and waiters',
      ]);
    const charts = await page
      .locator('figure > [role=img]')
      .evaluateAll((all) => all.map((chart) => chart.getAttribute('aria-label')));
    expect(charts).toHaveLength(5);
    expect(charts[0]).toMatch(/^Time waited by site: Store\.peek contended\.mjs:17:\d+ .+; Store\.save/);
    expect(charts[1]).toMatch(/^Waits of Store\.peek .+: \d+, longest /);
    expect(charts[3]).toMatch(/^Waits: Store\.peek .+ behind Store\.save /);
    expect(charts[4]).toMatch(/^\d+ requests from /);
    expect(await page.locator('figure').nth(0).locator('rect').count()).toBeGreaterThanOrEqual(2);
    expect(await page.locator('figure').nth(4).locator('rect').count()).toBeGreaterThan(50);
  });

  test('is used by keyboard: a site is chosen with Tab and Enter', async () => {
    const page = await opened('one.html');
    const second = page.getByRole('button', { name: /^Store\.save/ });
    for (let n = 0; n < 10 && !(await second.evaluate((button) => button === document.activeElement)); n++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /^Store\.save/ }).waitFor();
    expect(await page.locator('tr[aria-current=true]').textContent()).toMatch(/^Store\.save/);
    const outline = await second.evaluate((button) => getComputedStyle(button).outlineStyle);
    expect(outline).toBe('solid');
  });

  test('shows two runs as before and after', async () => {
    const page = await opened('two.html');
    await page.getByRole('heading', { name: 'Lock contention, before and after' }).waitFor();
    expect(await page.getByRole('row', { name: /^waited/ }).textContent()).toMatch(/−\d+ %$/);
    const bars = page.locator('figure').first();
    expect(await bars.locator('[role=img]').getAttribute('aria-label')).toMatch(
      /before and after: Store\.peek .+ and /,
    );
    expect(await bars.locator('rect').count()).toBeGreaterThanOrEqual(4);
  });

  test('tells first of a run that was stuck', async () => {
    const page = await opened('stuck.html');
    expect(await page.getByRole('note').textContent()).toMatch(/2 requests were still waiting.*deadlock: /s);
  });

  test.each(['light', 'dark'] as const)('can be read in %s colours', async (scheme) => {
    const page = await opened('one.html', scheme);
    for (const place of ['body', 'h1', 'td', 'th', 'button.site', '.tile', 'figure text'])
      expect({ place, ratio: await contrast(page, place) }).toEqual({
        place,
        ratio: expect.toSatisfy((ratio: number) => ratio >= 4.5),
      });
    await page.screenshot({ path: join(folder, `${scheme}.png`), fullPage: true });
  });

  test('is printed in light colours without its controls', async () => {
    const page = await opened('one.html', 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    expect(await page.locator('.controls').isVisible()).toBe(false);
    expect(await contrast(page, 'td')).toBeGreaterThan(4.5);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('fits a narrow window: only tables scroll sideways', async () => {
    const page = await opened('one.html');
    await page.setViewportSize({ width: 420, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  });
});

/** The contrast of an element's text with the ground behind it, by the WCAG 2 formula. */
function contrast(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const luminance = (color: string) => {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      let behind: Element | null = element;
      while (behind !== null && /rgba\(0, 0, 0, 0\)|transparent/.test(getComputedStyle(behind).backgroundColor))
        behind = behind.parentElement;
      const ground = luminance(behind === null ? 'white' : getComputedStyle(behind).backgroundColor);
      const style = getComputedStyle(element);
      const text = luminance(element instanceof SVGElement ? style.fill : style.color);
      return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    });
}
