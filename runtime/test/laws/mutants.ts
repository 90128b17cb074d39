import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Library } from './law-locks.js';

/** The library with one defect: in `file` of the sources, `from` is replaced by `to`. */
export interface Mutant {
  readonly defect: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** How the names of the laws begin that must find it. */
  readonly law: string;
}

const source = fileURLToPath(new URL('../../src/', import.meta.url));

/** Builds the library with the defect and loads it. A defect whose place is not in the sources any more is an error. */
export async function load({ defect, file, from, to }: Mutant, number: number): Promise<Library> {
  let applied = false;
  const mutate: Plugin = {
    name: 'mutate',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== join(source, file)) return undefined;
        const text = readFileSync(path, 'utf8');
        if (text.split(from).length !== 2) throw new Error(`«${from}» is not in ${file} exactly once`);
        applied = true;
        return { contents: text.replace(from, () => to), loader: 'ts' };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(source, 'index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    plugins: [mutate],
    logLevel: 'silent',
  });
  if (!applied) throw new Error(`${file} is not part of the library: ${defect}`);
  const bundle = join(tmpdir(), `lockwise-mutant-${process.pid}-${number}.mjs`);
  writeFileSync(bundle, outputFiles[0]!.text);
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(bundle).href)) as Library;
  } finally {
    rmSync(bundle);
  }
}

/** The defects that the laws must find. Those that other libraries have were measured in them. */
export const mutants: readonly Mutant[] = [
  {
    defect: 'an abort or a timeout leaves the request in the queue (async-rwlock, async-mutex, async-lock)',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    this.queue.remove(waiter);
    this.give(0);`,
    to: `    this.give(0);`,
  },
  {
    defect: 'a timeout takes the head of the queue out, not the request that timed out (rwlock)',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    this.queue.remove(waiter);
    this.give(0);`,
    to: `    this.queue.remove(this.queue.first ?? waiter);
    this.give(0);`,
  },
  {
    defect: 'a timeout rejects and stays in the queue',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    this.lock.abandon(this.waiter, reason);`,
    to: '',
  },
  {
    defect: 'those behind a request that gave up are not looked at',
    file: 'lock-core.ts',
    law: 'readers-writer',
    from: `    this.give(0);`,
    to: '',
  },
  {
    defect: 'the abort listener stays after the grant',
    file: 'bounded.ts',
    law: 'mutex, 3',
    from: `    this.bounding?.removeEventListener('abort', this);`,
    to: '',
  },
  {
    defect: 'the timer runs on after the grant',
    file: 'bounded.ts',
    law: 'mutex, 3',
    from: `    else if (this.timer) clearTimeout(this.timer as number);`,
    to: '',
  },
  {
    defect: 'a granted request can still be aborted',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `      waiter.bounds?.settle();`,
    to: '',
  },
  {
    defect: 'an aborted request is dropped without being settled (p-limit)',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    this.reject(reason);`,
    to: '',
  },
  {
    defect: 'a signal that aborted before is not looked at',
    file: 'bounded.ts',
    law: 'mutex, 3',
    from: `  signal.throwIfAborted();`,
    to: '',
  },
  {
    defect:
      'a try or a new request overtakes those that wait; readers overtake a writer (async-rwlock, @matrixai, Effect)',
    file: 'lock-core.ts',
    law: 'readers-writer',
    from: `    return !this.queue.first && weight <= this.free;`,
    to: `    return weight <= this.free;`,
  },
  {
    defect: 'last in, first out',
    file: 'linked-list.ts',
    law: 'mutex, 3',
    from: `    const { last } = this;
    member.previous = last;
    this.last = member;
    if (last) last.next = member;
    else this.first = member;`,
    to: `    const { first } = this;
    member.next = first;
    this.first = member;
    if (first) first.previous = member;
    else this.last = member;`,
  },
  {
    defect: 'only one of the readers at the head is admitted',
    file: 'lock-core.ts',
    law: 'readers-writer',
    from: `      waiter.resolve(this.grant(waiter.weight, waiter, waiter.lent));`,
    to: `      return waiter.resolve(this.grant(waiter.weight, waiter, waiter.lent));`,
  },
  {
    defect: 'the lock is free between a release and the next grant',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    if (held) this.lock.give(this.weight);`,
    to: `    const { lock, weight } = this;
    if (held) queueMicrotask(() => lock.give(0));
    lock.free += weight;`,
  },
  {
    defect: 'a second release frees the grant of another (es-toolkit, @henrygd, @hazae41, async-sema)',
    file: 'lock-core.ts',
    law: 'mutex, 3',
    from: `    if (held) this.lock.give(this.weight);`,
    to: `    this.lock.give(this.weight);`,
  },
  {
    defect: 'a second release of a read guard counts again',
    file: 'lock-core.ts',
    law: 'readers-writer',
    from: `    if (held) this.lock.give(this.weight);`,
    to: `    if (held || this.weight === 1) this.lock.give(this.weight);`,
  },
  {
    defect: 'a second release of a permit raises the number of permits',
    file: 'lock-core.ts',
    law: 'semaphore',
    from: `    if (held) this.lock.give(this.weight);`,
    to: `    this.lock.give(this.weight);`,
  },
  {
    defect: 'a release gives back one permit, whatever the weight',
    file: 'lock-core.ts',
    law: 'semaphore',
    from: `    if (held) this.lock.give(this.weight);`,
    to: `    if (held) this.lock.give(1);`,
  },
  {
    defect: 'a light request overtakes a heavy one that waits',
    file: 'lock-core.ts',
    law: 'semaphore',
    from: `    return !this.queue.first && weight <= this.free;`,
    to: `    return (!this.queue.first || weight === 1) && weight <= this.free;`,
  },
  {
    defect: 'a downgrade lets a writer in between',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    lock.free = WRITE;`,
    to: `    lock.give(WRITE);`,
  },
  {
    defect: 'a downgrade does not admit the readers that wait',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    lock.give(0);`,
    to: '',
  },
  {
    defect: 'a downgrade leaves the write guard in force',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    this.held = false;`,
    to: '',
  },
  {
    defect: 'a writer is let in beside readers',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `return runSection(this.request<WriteGuard<T>>(WRITE, options), section, options);`,
    to: `return runSection(this.request<WriteGuard<T>>(WRITE / 2, options), section, options);`,
  },
  {
    defect: 'the last reader forgets the writer that waits',
    file: 'lock-core.ts',
    law: 'readers-writer',
    from: `(waiter = this.queue.first) && waiter.weight <= this.free;`,
    to: `(waiter = this.queue.first) && waiter.weight < this.free;`,
  },
  {
    defect: 'the lock is free while the body of the section still runs (async-lock, p-queue)',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `isThenable(result) ? await (result as PromiseLike<R>) : result`,
    to: `result as R`,
  },
  {
    defect: 'a section begins although its signal has aborted',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `    options?.signal?.throwIfAborted();`,
    to: '',
  },
  {
    defect: 'a section that throws keeps the lock',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `    return await result;
  } finally {
    guard.release();
  }`,
    to: `    return await result.then((value) => (guard.release(), value));
  } finally {
  }`,
  },
  {
    defect: 'the condition is not asked again under write access',
    file: 'conditional-update.ts',
    law: 'conditional',
    from: `    if (!holds(check, guard.value as ReadView<T>)) return NOT_UPDATED;`,
    to: `    if (guard === undefined) return NOT_UPDATED;`,
  },
  {
    defect: 'the rollback of a request for several keeps what it was granted',
    file: 'multi-request.ts',
    law: 'several',
    from: `    for (const place of this.places) if (!(place instanceof Waiter)) place.release();`,
    to: '',
  },
  {
    defect: 'the rollback of a request for several leaves its places in the queues',
    file: 'multi-request.ts',
    law: 'several',
    from: `      if (place instanceof Waiter) this.parts[index]![0].abandon(place, reason);`,
    to: '',
  },
  {
    defect: 'a request for several runs when the first of them is there',
    file: 'multi-request.ts',
    law: 'several',
    from: `    if (--this.missing > 0) return;`,
    to: `    this.missing--;`,
  },
  {
    defect: 'the entry of a key goes although others wait for it (MCSManager)',
    file: 'keyed-mutex.ts',
    law: 'keyed',
    from: `    if (this.free) this.entries.delete(this.key);`,
    to: `    this.entries.delete(this.key);`,
  },
  {
    defect: 'the entry of a key stays for ever',
    file: 'keyed-mutex.ts',
    law: 'keyed',
    from: `    if (this.free) this.entries.delete(this.key);`,
    to: '',
  },
];
