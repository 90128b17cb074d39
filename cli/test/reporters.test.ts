import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { prose } from '../src/report/page.js';
import { Workbench } from './workbench.js';

const STORE = `import { Mutex } from 'async-mutex';

export class Store {
  private readonly mutex = new Mutex();
  private items: string[] = [];

  async add(item: string): Promise<void> {
    const release = await this.mutex.acquire();
    this.items.push(item);
    await fetch('https://example.org/' + item);
    release();
  }
}
`;
const files = {
  'src/a store.ts': STORE,
  'bad.ts': 'const lock = ;\nawait lock.run();\n',
  'latin.ts': Buffer.from('// lock \xe9\n', 'latin1'),
};

async function reported(name: string, ...argv: string[]): Promise<string> {
  return (await new Workbench(files).run([...argv, '--reporter', name])).out;
}

function ajv(
  make: () => { compile(schema: object): ((data: unknown) => boolean) & { errors?: unknown } },
  schema: object,
): (data: unknown) => unknown {
  const validate = make().compile(schema);
  return (data) => (validate(data) ? null : validate.errors);
}

describe('json', () => {
  const schema = JSON.parse(readFileSync(new URL('../schema/report.schema.json', import.meta.url), 'utf8'));
  const errorsOf = ajv(() => new Ajv({ allErrors: true, allowUnionTypes: true }), schema);

  test.each([[['check']], [['fix', '--unsafe']], [['fix', '--write', '--unsafe', '--allow-dirty']]])(
    '%s is valid against its schema',
    async (argv) => {
      const report = JSON.parse(await reported('json', ...argv));
      expect(errorsOf(report)).toBeNull();
      expect(report.errors).toHaveLength(1);
      expect(report.skipped).toHaveLength(1);
    },
  );

  test('the schema refuses what is not a report', () => {
    expect(errorsOf({ version: 1, findings: [{}], files: 1, skipped: [], errors: [] })).not.toBeNull();
  });
});

describe('sarif', () => {
  const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as {
    $schema: string;
  };
  const errorsOf = ajv(() => {
    const draft04 = schema.$schema.includes('draft-04');
    const validator = draft04
      ? new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false })
      : new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(validator as Ajv);
    return validator;
  }, schema);

  test('is valid against the 2.1.0 schema, with related locations and fixes', async () => {
    const log = JSON.parse(await reported('sarif', 'check'));
    expect(errorsOf(log)).toBeNull();
    const result = log.runs[0].results.find((one: { ruleId: string }) => one.ruleId === 'require-release');
    expect(result.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'src/a%20store.ts', uriBaseId: 'SRCROOT' },
      region: { startLine: 8, startColumn: 27 },
    });
    expect(result.relatedLocations.length).toBeGreaterThan(0);
    expect(result.fixes[0].artifactChanges[0].replacements[0]).toHaveProperty('deletedRegion');
    expect(log.runs[0].tool.driver.rules[result.ruleIndex].id).toBe('require-release');
    expect(log.runs[0].invocations[0].executionSuccessful).toBe(false);
  });

  test('the schema refuses what is no log', () => {
    expect(errorsOf({ version: '2.1.0', runs: [{ results: [{}] }] })).not.toBeNull();
  });
});

describe('github', () => {
  test('annotates the lines, related places and fixes included', async () => {
    const lines = (await reported('github', 'check')).trimEnd().split('\n');
    expect(lines.find((line) => line.includes('title=require-release'))).toMatch(
      /^::error file=src\/a store\.ts,line=8,endLine=8,col=27,endColumn=47,title=require-release::`this\.mutex` .*%0Asrc\/a store\.ts:10:.*%0AFix \(unsafe\): Release in `finally`$/,
    );
    expect(lines.find((line) => line.includes('file=bad.ts'))).toMatch(
      /^::error file=bad\.ts,line=1,title=lockwise::does not parse/,
    );
    expect(lines.every((line) => /^::(error|warning) [^:]+::.+$/.test(line))).toBe(true);
  });
});

describe('where the run starts below the checkout', () => {
  test.each([
    ['github', /^::error file=packages\/a\/store\.ts,line=8,/m],
    ['sarif', /"uri": "packages\/a\/store\.ts"/],
  ])('%s tells paths from its top', async (name, place) => {
    const bench = new Workbench({ 'packages/a/store.ts': STORE });
    const argv = ['check', '--reporter', name];
    const { out } = await bench.run(argv, { cwd: 'packages/a', env: { GITHUB_WORKSPACE: bench.root } });
    expect(out).toMatch(place);
    const elsewhere = await bench.run(argv, { cwd: 'packages/a', env: { GITHUB_WORKSPACE: bench.home } });
    expect(elsewhere.out).toContain(name === 'github' ? 'file=store.ts,line=8' : '"uri": "store.ts"');
  });
});

describe('markdown', () => {
  test('has a heading, the code and the fix of each finding, and no raw markup from the source', async () => {
    const text = await reported('markdown', 'check');
    expect(text).toMatch(/^## Lockwise\n\n\*\*✖ \d+ findings? \(/);
    expect(text).toContain('### `src/a store.ts:8` require-release\n');
    expect(text).toContain('```ts\nconst release = await this.mutex.acquire();\n```');
    expect(text).toContain('**Fix** (unsafe): Release in `finally`');
    expect(text).toContain('- **bad.ts:1:14** does not parse');
  });

  test('of a fix has what would be applied, and the change', async () => {
    const text = await reported('markdown', 'fix', '--unsafe');
    expect(text).toMatch(
      /^### Would apply, parsed and checked again, .*\n\n- `src\/a store\.ts:8` Release in `finally`\n/m,
    );
    expect(text).toContain('```diff\n--- a/src/a store.ts\t\n+++ b/src/a store.ts\t\n@@ ');
  });
});

describe('html', () => {
  test('code is one piece though it has backticks of its own', () => {
    expect(prose('`lock` is held across `send(`ready ${index}`)` and `a` or `b`.')).toBe(
      '<code>lock</code> is held across <code>send(`ready ${index}`)</code> and <code>a</code> or <code>b</code>.',
    );
  });

  test('is one page that asks for nothing, with what is found escaped', async () => {
    const bench = new Workbench({ 'a.ts': STORE.replace("'https://example.org/' + item", "'<script>' + item") });
    const { out } = await bench.run(['check', '--reporter', 'html']);
    expect(out).toMatch(/^<!doctype html>/);
    expect(out).not.toMatch(/<script|<link|<img|src=/);
    expect(out).toContain('&lt;script&gt;');
    expect(out).toContain("default-src 'none'");
  });

  test('of a fix has what would be applied, and the change', async () => {
    const page = await reported('html', 'fix', '--unsafe');
    expect(page).toContain(
      '<h3>Would apply</h3><ul><li><code>src/a store.ts:8</code> Release in <code>finally</code></li>',
    );
    expect(page).toContain('<ins>+    } finally {</ins>');
  });
});
