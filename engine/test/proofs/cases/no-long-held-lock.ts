import type { RuleProofs } from '../proof.js';

/** Names that are added to under a lock, and a section that waits after it has read or changed them. */
export const names = (section: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const names: string[] = [];
const sent: string[] = [];
let version = 0;

async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
    version++;
  });
}

${section}`;

export const publish = (body: string) => `async function publish(): Promise<void> {
  const release = await mutex.acquire();
  try {
${body}
  } finally {
    release();
  }
}`;

const PUBLISH = publish(
  '    const copy = [...names];\n    await fetch(`/names/${copy.join()}`);\n    sent.push(copy.join());',
);

export default {
  rule: 'no-long-held-lock',
  proofs: [
    {
      title: 'what it read is sent, and nobody changes it or sends meanwhile',
      source: names(PUBLISH),
      tasks: { a: "await add('x');\n    await publish();\n    await add('y');\n    await publish();" },
      observe: 'sent',
      fix: { tier: 'unsafe', assumes: 'without the lock it calls `fetch(' },
      outcomes: 'same',
    },
    {
      title: 'two send at the same time, and the older names come last',
      violates: 'no visible effect after the release',
      source: names(PUBLISH),
      tasks: { a: 'await publish();', b: "await add('x');\n    await publish();" },
      observe: 'sent',
      fix: { tier: 'unsafe', assumes: 'without the lock it calls `fetch(' },
      outcomes: { adds: "then [ 'x', '' ]" },
    },
    {
      title: 'it changes a number before it sends it: the section ends in between',
      source: names(
        publish(
          '    version += 10;\n    const now = version;\n    await fetch(`/version/${now}`);\n    sent.push(`${now}`);',
        ),
      ),
      tasks: { a: "await publish();\n    await add('x');\n    await publish();" },
      observe: 'sent',
      fix: { tier: 'unsafe', assumes: 'without the lock it calls `fetch(' },
      outcomes: 'same',
    },
    {
      title: 'two do so at the same time, and the newer number comes first',
      violates: 'no visible effect after the release',
      source: names(
        publish(
          '    version += 10;\n    const now = version;\n    await fetch(`/version/${now}`);\n    sent.push(`${now}`);',
        ),
      ),
      tasks: { a: 'await publish();', b: 'await publish();', c: "await add('x');" },
      observe: 'sent',
      fix: { tier: 'unsafe', assumes: 'without the lock it calls `fetch(' },
      outcomes: { adds: "then [ '20', '10' ]" },
    },
    {
      title: 'what is fetched is applied to what was read before the wait',
      violates: 'guarded state is not used after the wait',
      source: names(publish('    const before = version;\n    await fetch(`/version`);\n    version = before + 10;')),
      tasks: { a: 'await publish();', b: "await add('x');" },
      observe: 'version',
      fix: {
        refused: 'guarded state is read after the first wait, or in the same statement',
        byHand: [['    await fetch(', '    release();\n    await fetch(']],
      },
      outcomes: { adds: 'then 10' },
    },
  ],
} satisfies RuleProofs;
