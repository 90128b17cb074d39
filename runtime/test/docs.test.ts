import { readdirSync, readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundled } from './bundle.js';

const folder = new URL('../../docs/runtime/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
const pageOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');

afterEach(() => void vi.restoreAllMocks());

describe('the pages of the primitives', () => {
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
    await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(bundled(sample ?? ''))}`);
    expect(`${printed.join('\n')}\n`).toBe(output);
  });
});
