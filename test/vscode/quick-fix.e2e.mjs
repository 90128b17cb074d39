// What a person does with one finding: sees it, reads its related places, takes the fix from the light bulb, saves.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { typeErrors, withLocks } from './fixtures.mjs';
import { fixture, launch } from './workbench.mjs';

const builds = [
  { build: 'current', shots: true },
  { build: 'oldest', shots: false },
];

for (const { build, shots } of builds)
  describe(`a lock held across a fetch, in the ${build} VS Code`, { timeout: 420_000 }, () => {
    it('is mended from the light bulb, for a lock that owns its state and for one beside plain fields', async () => {
      const code = await launch({ workspace: fixture('sessions'), build, prepareWorkspace: withLocks });
      try {
        assert.equal(typeErrors(code.folder), '', 'the fixture type-checks before');
        await mend(code, {
          file: 'src/fields.ts',
          line: 9,
          lock: 'this.mutex',
          shot: shots ? 'fields' : undefined,
        });
        await mend(code, {
          file: 'src/owned.ts',
          line: 12,
          lock: 'this.state',
          shot: shots ? 'readme-finding' : undefined,
        });
        assert.equal(typeErrors(code.folder), '', 'the files on the disk type-check after');
      } catch (error) {
        await code.screenshot(`failed-quick-fix-${build}`).catch(() => {});
        throw error;
      } finally {
        await code.close();
      }
    });
  });

async function mend(code, { file, line, lock, shot }) {
  const name = file.split('/').at(-1);
  await code.open(file);
  await code.page.locator('.squiggly-warning').first().waitFor();
  await code.showProblems();
  await code.problem(`\`${lock}\` is held across`, 'no-long-held-lock').first().waitFor();
  await code.problem('waits for the network').first().waitFor();
  await code.problem('waits meanwhile').first().waitFor();
  await code.page.locator('.editor-instance .view-lines').first().click();
  await code.lightBulb(line, 24, 'quickRead');
  if (shot !== undefined) await code.screenshot(shot);
  await code.takeAction('quickRead');
  await code.page.locator(`.tab.dirty[data-resource-name="${name}"]`).waitFor();
  await code.page.locator('.editor-instance .squiggly-warning').first().waitFor({ state: 'detached' });
  await code.save(name);
  const text = code.disk(file);
  assert.match(text, /await quickRead\(/);
  assert.equal(text.match(/import \{[^}]*\bquickRead\b[^}]*\} from '@lockwise\/runtime'/g)?.length, 1, text);
  assert.equal(text.match(/from '@lockwise\/runtime'/g)?.length, 1, text);
}
