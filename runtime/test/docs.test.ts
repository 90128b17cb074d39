import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { bundled } from './bundle.js';

const folder = new URL('../../docs/runtime/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
const pageOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');

const programs = mkdtempSync(join(tmpdir(), 'lockwise-pages-'));

afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(programs, { recursive: true }));

describe('the pages of the runtime', () => {
  it.each([
    'async-mutex',
    'async-rw-lock',
    'keyed-mutex',
    'semaphore',
    'acquire-all',
    'quick-read',
    'conditional-update',
    'with-timeout',
    'batch-processor',
    'atomic-counter',
    'atomic-flag',
    'optional-arc',
    'retry-with-backoff',
    'concurrent-map',
    'debug',
    'diagnostics',
    'testing',
  ])('%s has its page', (name) => {
    expect(pages).toContain(`${name}.md`);
  });

  it.each(pages)('%s prints what it says', async (name) => {
    const [, sample, output] = /```ts\n([^]*?)```\n+prints\n+```text\n([^]*?)```/.exec(pageOf(name)) ?? [];
    expect(sample).toBeDefined();
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(formatWithOptions({ colors: false }, ...values));
    });
    const file = join(programs, `${name}.mjs`);
    writeFileSync(file, bundled(sample ?? ''));
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    expect(`${printed.join('\n')}\n`).toBe(output);
  });
});
