// `npm run new-rule -- CATEGORY NAME`: writes the four places of a rule and registers it. The tests stay red until each is filled in.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, root } from './ready.mjs';

const checks = 'engine/src/checks';
const categories = readdirSync(join(root, checks), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, checks, entry.name, 'index.ts')))
  .map((entry) => entry.name);

const [category, name] = process.argv.slice(2);
const trouble = refusal();
if (trouble) {
  console.error(`new-rule: ${trouble}\nusage: npm run new-rule -- ${categories.join('|')} no-…|require-…|prefer-…`);
  process.exit(2);
}

const key = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const registry = join(root, checks, category, 'index.ts');
const places = {
  [`${checks}/${category}/${name}.ts`]: checkText(),
  [`engine/test/checks/${category}/${name}.test.ts`]: testText(),
  [`docs/rules/${name}.md`]: pageText(),
};
for (const [path, text] of Object.entries(places)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { flag: 'wx' });
}
writeFileSync(registry, registered(readFileSync(registry, 'utf8')));
run(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', registry]);
console.log(
  `new-rule: written, and registered in ${checks}/${category}/index.ts:\n  ${Object.keys(places).join('\n  ')}`,
);
console.log(`Fill them in until this passes: npx vitest run test/meta engine/test/checks/${category}/${name}.test.ts`);

function refusal() {
  if (!categories.includes(category)) return `there is no category «${category ?? ''}»`;
  if (!/^(no|require|prefer)(-[a-z]+)+$/.test(name ?? ''))
    return `«${name ?? ''}» is no name of a rule: no-, require- or prefer-, then lower-case words`;
  return existsSync(join(root, 'docs/rules', `${name}.md`)) ? `there is a rule ${name} already` : undefined;
}

function registered(text) {
  const last = text.lastIndexOf('\nimport ');
  const lineEnd = text.indexOf('\n', last + 1);
  const imported = `${text.slice(0, lineEnd)}\nimport { ${key} } from './${name}.js';${text.slice(lineEnd)}`;
  return imported.replace(/\n?\];\s*$/, (end) => `\n  ${key},${end}`);
}

function checkText() {
  return `/**
 * Reports … . Silent for … .
 */
import type { Check } from '../check.js';

export const ${key}: Check = {
  name: '${name}',
  summary: 'TODO: one sentence that says what must hold.',
  category: '${category}',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    for (const section of project.sections(unit)) {
      void section;
      void report;
    }
  },
};
`;
}

function testText() {
  return `import { describe, it } from 'vitest';
import { expectReports, expectSilent } from '../check-rule.js';

const RULE = '${name}';

describe(RULE, () => {
  describe('reports', () => {
    it('TODO: the smallest case', () => {
      expectReports(RULE, \`// reports: part of the message\`);
    });
  });

  describe('allows', () => {
    it('TODO: the nearest case that is right', () => {
      expectSilent(RULE, \`\`);
    });
  });

  describe('fixes', () => {
    it.todo('the text, the tier, and what refuses it');
  });
});
`;
}

function pageText() {
  const headings = {
    'What it reports': 'TODO',
    'Why here': 'TODO',
    Bad: '```ts\n// TODO: a sample that is reported\n```',
    Good: '```ts\n// TODO: the same, right\n```',
    'An interleaving of two tasks': '| task A | task B |\n|---|---|\n| TODO |  |',
    Options: 'None.',
    'The fix and its safety': 'TODO',
    'When not to use it': 'TODO',
    'Known limits': 'TODO',
  };
  const parts = Object.entries(headings).map(([heading, text]) => `## ${heading}\n\n${text}`);
  return `# ${name}\n\nTODO: the summary.\n\n${parts.join('\n\n')}\n`;
}
