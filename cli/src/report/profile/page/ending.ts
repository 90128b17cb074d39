// What must not be overlooked: a run cut short, locks still waited for, deadlocks.
import { stillWaiting } from '../../../trace/ending.js';
import type { RunData } from '../page.js';
import { element } from './elements.js';

export function endSection({ label, profile }: RunData): HTMLElement[] {
  const run = label === 'run' ? '' : ` (${label})`;
  const [first, ...others] = stillWaiting(profile);
  const cut = profile.complete
    ? []
    : [
        element(
          'div',
          { class: 'warning', role: 'note' },
          `Not complete${run}: a process was killed; the figures cover what came before.`,
        ),
      ];
  if (first === undefined) return cut;
  const list = element('ul', {}, ...others.map((line) => element('li', {}, line.trim())));
  return [...cut, element('div', { class: 'warning', role: 'note' }, `${first}${run}`, list)];
}
