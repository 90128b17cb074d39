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
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    waiter.settle();
    this.unlink(waiter);
    this.admit();`,
    to: `    waiter.settle();
    this.admit();`,
  },
  {
    defect: 'a timeout takes the head of the queue out, not the request that timed out (rwlock)',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    waiter.settle();
    this.unlink(waiter);
    this.admit();`,
    to: `    waiter.settle();
    this.unlink(this.head ?? waiter);
    this.admit();`,
  },
  {
    defect: 'a timeout rejects and stays in the queue',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    this.queue.abandon(this, 'timeout');`,
    to: '',
  },
  {
    defect: 'those behind a request that gave up are not looked at',
    file: 'lock-queue.ts',
    law: 'readers-writer',
    from: `    this.unlink(waiter);
    this.admit();`,
    to: `    this.unlink(waiter);`,
  },
  {
    defect: 'the abort listener stays after the grant',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    this.signal?.removeEventListener('abort', this);`,
    to: '',
  },
  {
    defect: 'the timer runs on after the grant',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    this.timer?.cancel();`,
    to: '',
  },
  {
    defect: 'a granted request can still be aborted',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `      waiter.settle();
      waiter.resolve(guard);`,
    to: `      waiter.resolve(guard);`,
  },
  {
    defect: 'an aborted request is dropped without being settled (p-limit)',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    this.reject(this.signal?.reason);`,
    to: '',
  },
  {
    defect: 'a signal that aborted before is not looked at',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `        options.signal?.throwIfAborted();`,
    to: '',
  },
  {
    defect:
      'a try or a new request overtakes those that wait; readers overtake a writer (async-rwlock, @matrixai, Effect)',
    file: 'lock-queue.ts',
    law: 'readers-writer',
    from: `    if (this.head !== undefined) return undefined;`,
    to: '',
  },
  {
    defect: 'last in, first out',
    file: 'lock-queue.ts',
    law: 'mutex, 3',
    from: `    waiter.previous = this.tail;
    if (this.tail === undefined) this.head = waiter;
    else this.tail.next = waiter;
    this.tail = waiter;`,
    to: `    waiter.next = this.head;
    if (this.head === undefined) this.tail = waiter;
    else this.head.previous = waiter;
    this.head = waiter;`,
  },
  {
    defect: 'only one of the readers at the head is admitted',
    file: 'lock-queue.ts',
    law: 'readers-writer',
    from: `      waiter.resolve(guard);`,
    to: `      return waiter.resolve(guard);`,
  },
  {
    defect: 'the mutex is free between a release and the next grant',
    file: 'async-mutex.ts',
    law: 'mutex, 3',
    from: `    this.held = false;
    this.admit();`,
    to: `    this.held = false;
    queueMicrotask(() => this.admit());`,
  },
  {
    defect: 'a second release of a mutex frees the grant of another (es-toolkit, @henrygd, @hazae41, async-sema)',
    file: 'async-mutex.ts',
    law: 'mutex, 3',
    from: `    if (!this.held) return observer?.releasedAgain(this.mutex, this);`,
    to: '',
  },
  {
    defect: 'a second release of a read guard counts again',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    if (!this.held) return observer?.releasedAgain(this.lock, this);
    this.held = false;
    observer?.released(this.lock, this);
    freeRead(this.lock);`,
    to: `    this.held = false;
    freeRead(this.lock);`,
  },
  {
    defect: 'a second release of a permit raises the number of permits',
    file: 'semaphore.ts',
    law: 'semaphore',
    from: `    if (!this.held) return observer?.releasedAgain(this.semaphore, this);`,
    to: '',
  },
  {
    defect: 'a quick read overtakes a writer that waits',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    return !this.writing && this.waiters === 0;`,
    to: `    return !this.writing;`,
  },
  {
    defect: 'a downgrade lets a writer in between',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    this.writing = false;
    this.readerCount++;
    const guard`,
    to: `    this.#freeWrite();
    this.readerCount++;
    const guard`,
  },
  {
    defect: 'a downgrade does not admit the readers that wait',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    observer?.acquired(this, guard, writer, true, false);
    this.admit();`,
    to: '',
  },
  {
    defect: 'a writer is let in beside readers',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    if (this.readerCount > 0) return undefined;`,
    to: '',
  },
  {
    defect: 'the last reader forgets the writer that waits',
    file: 'async-rw-lock.ts',
    law: 'readers-writer',
    from: `    if (--this.readerCount === 0) this.admit();`,
    to: `    this.readerCount--;`,
  },
  {
    defect: 'the lock is free while the body of the section still runs (async-lock, p-queue)',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `    return await result;
  } finally {`,
    to: `    return result as Promise<R>;
  } finally {`,
  },
  {
    defect: 'a section begins although its signal has aborted',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `  if (signal === undefined || !signal.aborted) return guard;`,
    to: `  if (signal?.aborted !== null) return guard;`,
  },
  {
    defect: 'a section that throws keeps the lock',
    file: 'section.ts',
    law: 'mutex, 3',
    from: `  try {
    return await result;
  } finally {
    guard.release();
  }`,
    to: `  const value = await result;
  guard.release();
  return value;`,
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
    from: `      if (place instanceof Waiter) this.parts[index]!.queue.abandon(place, why);`,
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
    from: `    if (!this.held) this.entries.delete(this.key);`,
    to: `    this.entries.delete(this.key);`,
  },
  {
    defect: 'the entry of a key stays for ever',
    file: 'keyed-mutex.ts',
    law: 'keyed',
    from: `    if (!this.held) this.entries.delete(this.key);`,
    to: '',
  },
];
