import { rules as ruleInfos } from '@lockwise/engine';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.js';
import { folderWith, lint, withSuggestion } from './linting.js';

const leak = `import { Mutex } from 'async-mutex';
const lock = new Mutex();
let total = 0;
export async function add(load) {
  const release = await lock.acquire();
  total += await load();
  release();
}
`;

describe('the plugin', () => {
  it('has a rule for every check of the engine, and presets with their levels', () => {
    expect(Object.keys(plugin.rules)).toEqual(ruleInfos.map(({ name }) => name));
    for (const preset of ['recommended', 'strict'] as const)
      expect(plugin.configs[preset].rules).toEqual(
        Object.fromEntries(
          ruleInfos
            .filter((info) => info.levels[preset] !== 'off')
            .map((info) => [`lockwise/${info.name}`, info.levels[preset]]),
        ),
      );
  });

  it('reports a leak in TypeScript and in plain JavaScript, with the same words', () => {
    const [inTypeScript] = lint(leak.replace('(load)', '(load: () => Promise<number>)'));
    const [inJavaScript] = lint(leak, { filename: 'store.js' });
    expect(inTypeScript).toMatchObject({ ruleId: 'lockwise/require-release', severity: 2, line: 5 });
    expect(inJavaScript?.message).toBe(inTypeScript?.message);
  });

  it('offers a repair as a suggestion that says what it assumes, and never applies it unasked', () => {
    const [message] = lint(leak, { filename: 'store.js' });
    expect(message?.fix).toBeUndefined();
    const [suggestion] = message!.suggestions!;
    expect(suggestion!.desc).toMatch(/\(.+\)$/);
    const repaired = withSuggestion(leak, suggestion!);
    expect(repaired).toContain('finally');
    expect(lint(repaired, { filename: 'store.js' }).filter(({ ruleId }) => ruleId === message!.ruleId)).toEqual([]);
  });

  it('is silent where ESLint was told to be', () => {
    const code = leak.replace('  const', '  // eslint-disable-next-line lockwise/require-release\n  const');
    expect(lint(code, { filename: 'store.js' }).filter(({ ruleId }) => ruleId !== null)).toEqual([]);
  });

  it('reports positions of a file with a byte-order mark as ESLint counts them', () => {
    expect(lint(`\uFEFF${leak}`, { filename: 'store.js' })[0]).toMatchObject({ line: 5, column: 25 });
  });

  it('follows a call into another file of the project', () => {
    const cwd = folderWith({
      'package.json': '{ "type": "module" }',
      'src/gate.ts': `import { Mutex } from 'async-mutex';
export const gate = new Mutex();
export function enter() { return gate.acquire(); }
`,
      'src/use.ts': '',
    });
    const use = `import { enter } from './gate.js';
export async function work(job: () => Promise<void>) {
  const release = await enter();
  await job();
  release();
}
`;
    const seen = lint(use, { cwd, filename: `${cwd}/src/use.ts` });
    expect(seen.map(({ ruleId }) => ruleId)).toContain('lockwise/require-release');
    const elsewhere = folderWith({ 'src/use.ts': '' });
    expect(lint(use, { cwd: elsewhere, filename: `${elsewhere}/src/use.ts` })).toEqual([]);
  });

  it('sees the text that another file has by now', async () => {
    const helper = (body: string) => `import { Mutex } from 'async-mutex';
export const gate = new Mutex();
export function enter() { ${body} }
`;
    const { writeFileSync } = await import('node:fs');
    const cwd = folderWith({ 'package.json': '{}', 'gate.ts': helper('return gate.acquire();') });
    const use = `import { enter } from './gate.js';
export async function work(job: () => Promise<void>) { const release = await enter(); await job(); release(); }
`;
    const found = () => lint(use, { cwd, filename: `${cwd}/use.ts` }).length;
    expect(found()).toBeGreaterThan(0);
    writeFileSync(`${cwd}/gate.ts`, helper('return async () => {};'));
    await expect.poll(found, { timeout: 15_000, interval: 300 }).toBe(0);
  });
});

describe('the settings', () => {
  const withSettings = (lockwise: unknown) => () =>
    lint(leak, { filename: 'store.js', settings: { lockwise } as never });

  it('teach the rules a lock of the project', () => {
    const own = leak.replace("'async-mutex'", "'#lib/gate'").replaceAll('Mutex', 'Gate').replace('acquire', 'enter');
    const locks = [{ module: '#lib/gate', export: 'Gate', style: 'releaser', acquire: 'enter' }];
    const rules = lint(own, { filename: 'store.js', settings: { lockwise: { locks } } }).map(({ ruleId }) => ruleId);
    expect(rules).toContain('lockwise/require-release');
  });

  it('teach them a decorator of the project', () => {
    const own = `class Store {\n  @Serial() async add() {\n    await this.flush();\n  }\n  @Serial() async flush() {}\n}\n`;
    const decorators = [{ name: 'Serial' }];
    expect(lint(own, { settings: { lockwise: { decorators } } })).toMatchObject([
      { ruleId: 'lockwise/no-reentrant-acquire', line: 3 },
    ]);
    expect(lint(own)).toEqual([]);
  });

  it('are refused in one line that says what is wrong', () => {
    expect(withSettings({ lock: [] })).toThrow(
      'settings.lockwise.lock is unknown; known are preset, locks, decorators, root, profile',
    );
    expect(withSettings({ preset: 'loud' })).toThrow(
      `settings.lockwise.preset must be 'recommended' or 'strict', and is "loud"`,
    );
    expect(withSettings({ locks: [{ module: 'x', export: 'Y', style: 'odd' }] })).toThrow(
      'settings.lockwise.locks[0].style must be one of releaser, ownerless, callback, disposable, and is "odd"',
    );
    expect(withSettings({ decorators: [{ name: 'Serial', lock: 'mine' }] })).toThrow(
      'settings.lockwise.decorators[0].lock must be one of this, method, class, global, this.NAME, and is "mine"',
    );
  });
});
