// The whole workspace: planned with a preview, confirmed, and taken back in one step.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { typeErrors, withLocks } from './fixtures.mjs';
import { fixture, launch, until } from './workbench.mjs';

describe('fixing the whole workspace', { timeout: 300_000 }, () => {
  it('shows every edit first, applies on confirmation, and is undone in one step', async () => {
    const code = await launch({ workspace: fixture('sessions'), prepareWorkspace: withLocks });
    const files = ['src/fields.ts', 'src/owned.ts'];
    const texts = () => files.map((file) => code.disk(file));
    const before = texts();
    try {
      await code.open('src/fields.ts');
      await code.page.locator('.squiggly-warning').first().waitFor();
      await code.commandWithChoice('Lockwise: Fix Whole Workspace', 'Safe and unsafe fixes');
      const preview = code.refactorPreview();
      await preview.waitFor();
      await preview.locator('.monaco-list-row', { hasText: 'owned.ts' }).first().waitFor();
      await code.withoutToasts();
      await code.screenshot('readme-preview');
      assert.deepEqual(texts(), before, 'nothing changes before it is confirmed');
      await confirm(code, preview);
      await until('the fixed files on the disk', () => texts().every((text) => text.includes('await quickRead(')));
      assert.equal(typeErrors(code.folder), '');
      await code.focusEditor();
      await code.page.keyboard.press('Control+Z');
      await until('one undo to restore both', async () => {
        await code.command('File: Save All');
        return texts().every((text, index) => text === before[index]);
      });
    } catch (error) {
      await code.screenshot('failed-codemod').catch(() => {});
      throw error;
    } finally {
      await code.close();
    }
  });
});

/** Edits that need a confirmation arrive unchecked: a person looks at each file and checks it. */
async function confirm(code, preview) {
  for (const file of ['fields.ts', 'owned.ts'])
    await preview
      .locator('.monaco-list-row', { hasText: file })
      .locator('input, .monaco-custom-toggle')
      .first()
      .click();
  await code.panelButton('Apply').first().click();
}
