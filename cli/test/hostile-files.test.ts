import { chmodSync, linkSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileTrouble } from '../src/ports.js';
import { disk } from '../src/system/disk.js';
import { toyProject } from './toy-project.js';
import { Workbench, type Ran } from './workbench.js';

const make = toyProject({ name: 'toy', pattern: /lockOld\(\)/, replacement: 'lockNew()' });
const write = ['fix', '--write'];

async function fixed(bench: Workbench, ...more: string[]): Promise<Ran> {
  return bench.run([...write, ...more], { make });
}

interface ReportedEdit {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  readonly text: string;
}

/** The text with the edits of a report made by hand, the last one first. */
function applied(text: string, edits: readonly ReportedEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, column }: ReportedEdit['start']): number =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return [...edits]
    .sort((one, other) => offset(other.start) - offset(one.start))
    .reduce((now, edit) => now.slice(0, offset(edit.start)) + edit.text + now.slice(offset(edit.end)), text);
}

describe('bytes outside of an edit stay', () => {
  test.each([
    ['BOM', '\uFEFFlockOld();\n'],
    ['CRLF', 'lockOld();\r\nlockOld();\r\n'],
    ['mixed endings', 'a;\r\nlockOld();\nb;\rc;\n'],
    ['tabs', '\t{\tlockOld();\t}\t\n'],
    ['comments around the edited call', '/* a */ lockOld() /* b */; // c\n'],
    ['no final newline', 'lockOld();'],
    ['line and paragraph separators', 'lockOld(); "\u2028\u2029";\n'],
    ['characters beyond the basic plane', '"😀"; lockOld(); "é\u0301";\n'],
  ])('%s', async (_row, text) => {
    const bench = new Workbench({ 'a.js': text });
    await fixed(bench);
    expect(bench.read('a.js')).toBe(text.replaceAll('lockOld()', 'lockNew()'));
  });

  test('comments inside an edited call', async () => {
    const text = [
      "import { Mutex } from 'async-mutex'; // one",
      'const mutex = new Mutex(/* two */);',
      'export async function load(url) {',
      '  const release = await /* three */ mutex./* four */ acquire(/* five */); // six',
      '  /* seven */ await fetch(/* eight */ url /* nine */); // ten',
      '  // eleven',
      '  release(/* twelve */); // thirteen',
      '}',
      '',
    ].join('\n');
    const bench = new Workbench({ 'a.js': text });
    const { out } = await bench.run([...write, '--unsafe', '--preset', 'strict']);
    const after = bench.read('a.js');
    expect(out).toMatch(/Applied \d fix/);
    expect(after).toMatch(/finally|runExclusive/);
    for (const [comment] of text.matchAll(/\/\*.*?\*\/|\/\/.*/g)) expect(after).toContain(comment);
  });

  test('whatever the mixture, around and inside of code that is moved', async () => {
    const gap = fc.constantFrom('', ' ', '\t', ' /* é */ ', ' // 😀\n', '\n', '\n\n', '\t\t// x\n');
    const mixture = fc.record({
      mark: fc.boolean(),
      ending: fc.constantFrom('\n', '\r\n'),
      indent: fc.constantFrom('\t', '  ', '    '),
      gaps: fc.array(gap, { minLength: 8, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(mixture, async ({ mark, ending, indent, gaps: [a, b, c, d, e, f, g, h] }) => {
        const lines = `${a}const { Mutex } = require('async-mutex');${b}\nconst mutex = new Mutex();${c}\nexports.load = async (url) => {${d}\n${indent}const release = await mutex.acquire();${e}\n${indent}await fetch(url);${f}\n${indent}release();${g}\n};${h}`;
        const text = lines.replaceAll('\n', ending);
        const bench = new Workbench({ 'a.js': (mark ? '\uFEFF' : '') + text }, { git: false });
        const [finding] = JSON.parse(
          (await bench.run(['check', '--rule', 'require-release', '--reporter', 'json'])).out,
        ).findings;
        await bench.run([...write, '--unsafe', '--rule', 'require-release', '--allow-no-vcs']);
        expect(bench.read('a.js')).toBe((mark ? '\uFEFF' : '') + applied(text, finding.fixes[0].edits));
        if (ending === '\r\n') expect(bench.read('a.js')).not.toMatch(/[^\r]\n/);
      }),
      { numRuns: 25 },
    );
  });

  test('whatever the mixture', async () => {
    const piece = fc.constantFrom('lockOld();', ' ', '\t', '\r\n', '\n', '/* é */', '// 😀\n', 'x;', '"\\u00e9";');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 30 }), fc.boolean(), async (pieces, mark) => {
        const text = (mark ? '\uFEFF' : '') + pieces.join('');
        const bench = new Workbench({ 'a.js': text }, { git: false });
        await fixed(bench, '--allow-no-vcs');
        expect(bench.read('a.js')).toBe(text.replaceAll('lockOld()', 'lockNew()'));
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is no source text is skipped, with the reason', () => {
  test.each<[string, Buffer, RegExp]>([
    ['Latin-1 byte', Buffer.from('lockOld(); // caf\xe9\n', 'latin1'), /not valid UTF-8 \(byte 18\)/],
    ['NUL byte', Buffer.from('lockOld();\0\n'), /NUL bytes/],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('lockOld();', 'utf16le')]), /UTF-16/],
    ['binary .ts', Buffer.from([0x47, 0x40, 0x11, 0x10, 0x00, 0xf2, 0xff, 0xfe, 0x00]), /NUL bytes|UTF-8/],
  ])('%s', async (_row, bytes, reason) => {
    const bench = new Workbench({ 'bad.ts': bytes, 'good.js': 'lockOld();\n' });
    const { code, out } = await fixed(bench);
    expect(out).toMatch(new RegExp(`skipped bad\\.ts .*${reason.source}`));
    expect(bench.bytes('bad.ts').equals(bytes)).toBe(true);
    expect(bench.read('good.js')).toBe('lockNew();\n');
    expect(code).toBe(0);
  });

  test('syntax error', async () => {
    const bench = new Workbench({ 'bad.ts': 'const lock = ;\nlockOld();\n', 'good.ts': 'export const lock = 1;\n' });
    const { code, out } = await bench.run(write);
    expect(out).toMatch(/problem bad\.ts:1:14 does not parse/);
    expect(code).toBe(2);
    expect(bench.git('status', '--porcelain')).toBe('');
  });
});

describe('files that nobody meant', () => {
  const listed = async (bench: Workbench, ...argv: string[]): Promise<string> =>
    (await bench.run(['check', '--list-files', ...argv])).out;

  test.each([
    ['gitignored file', 'ignored.js', 'ignored by git'],
    ['node_modules', 'node_modules/x/a.js', undefined],
    ['dot directory', '.cache/a.js', 'begins with a dot'],
    ['minified file', 'lib/a.min.js', 'minified'],
    ['generated file', 'lib/made.js', 'generated, as it says itself'],
    ['declarations', 'lib/a.d.ts', 'declares types alone'],
  ])('%s', async (_row, path, reason) => {
    for (const git of [true, false]) {
      const text = path === 'lib/made.js' ? '// @generated\nlockOld();\n' : 'lockOld();\n';
      const bench = new Workbench(
        { '.gitignore': 'ignored.js\n', 'a.js': 'lockOld();\n', [path]: text },
        { git: false },
      );
      if (git) {
        bench.commit();
        bench.git('add', '-f', '-A', ...(path === 'ignored.js' ? ['--', 'a.js'] : []));
        bench.git('commit', '-q', '--allow-empty', '-m', 'forced');
      }
      await fixed(bench, '--allow-no-vcs');
      expect(bench.read(path)).toBe(text);
      expect(bench.read('a.js')).toBe('lockNew();\n');
      if (reason !== undefined)
        expect(await listed(bench)).toMatch(
          new RegExp(`^- ${path.split('/')[0]}.*(${reason}|ignored by \\.gitignore)`, 'm'),
        );
    }
  });

  test('a large file, unless it is named', async () => {
    const text = `lockOld();\n${'// padding of a line\n'.repeat(60_000)}`;
    const bench = new Workbench({ 'big.js': text });
    expect((await fixed(bench)).out).toContain('skipped big.js larger than 1 MiB: name it to have it checked');
    await fixed(bench, 'big.js');
    expect(bench.read('big.js').startsWith('lockNew();')).toBe(true);
  });
});

describe('links', () => {
  test('symlink to a file: the target is written, the link stays', async () => {
    const bench = new Workbench({ 'real.js': 'lockOld();\n' }, { git: false });
    symlinkSync('real.js', join(bench.root, 'link.js'));
    const { out } = await fixed(bench, '--allow-no-vcs');
    expect(bench.read('real.js')).toBe('lockNew();\n');
    expect(disk.lstat(join(bench.root, 'link.js'))?.kind).toBe('link');
    expect(out).toContain('in 1 file');
  });

  test('symlink loop', async () => {
    const bench = new Workbench({ 'dir/a.js': 'lockOld();\n' }, { git: false });
    symlinkSync('..', join(bench.root, 'dir/up'));
    symlinkSync('b.js', join(bench.root, 'c.js'));
    symlinkSync('c.js', join(bench.root, 'b.js'));
    const { out } = await fixed(bench, '--allow-no-vcs');
    expect(out).toContain('skipped b.js a symbolic link that leads nowhere, or back to itself');
    expect(bench.read('dir/a.js')).toBe('lockNew();\n');
  });

  test('two paths to one file: it is read and written once', async () => {
    const bench = new Workbench({ 'src/a.js': 'lockOld();\n' });
    const { out } = await fixed(bench, 'src', 'src/a.js', './src/../src/a.js');
    expect(out).toContain('Applied 1 fix in 1 file');
    expect(bench.read('src/a.js')).toBe('lockNew();\n');
  });

  test('hard links: the file is left, with the reason', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n' });
    linkSync(join(bench.root, 'a.js'), join(bench.root, 'twin.txt'));
    const { code, out } = await fixed(bench);
    expect(out).toContain('not written a.js has 2 hard links');
    expect(bench.read('a.js')).toBe('lockOld();\n');
    expect(code).toBe(2);
  });
});

describe('writing', () => {
  test('read-only file: it is left, with the reason, and the others are written', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n', 'b.js': 'lockOld();\n' });
    chmodSync(join(bench.root, 'a.js'), 0o444);
    const { code, out } = await fixed(bench);
    expect(out).toContain('not written a.js is not writable');
    expect([bench.read('a.js'), bench.read('b.js')]).toEqual(['lockOld();\n', 'lockNew();\n']);
    expect(code).toBe(2);
  });

  test('read-only file of a fix over several files: none of them is written', async () => {
    const both = toyProject({
      name: 'toy',
      pattern: /lockOld\(\)/,
      replacement: 'lockNew()',
      also: [{ path: 'b.js', span: [0, 4], text: 'more' }],
    });
    const bench = new Workbench({ 'a.js': 'lockOld();\n', 'b.js': 'lock;\n' });
    chmodSync(join(bench.root, 'b.js'), 0o444);
    const { code, out } = await bench.run(write, { make: both });
    expect(out).toContain('not written b.js is not writable');
    expect([bench.read('a.js'), bench.read('b.js')]).toEqual(['lockOld();\n', 'lock;\n']);
    expect(code).toBe(2);
    chmodSync(join(bench.root, 'b.js'), 0o644);
    await bench.run(write, { make: both });
    expect([bench.read('a.js'), bench.read('b.js')]).toEqual(['lockNew();\n', 'more;\n']);
  });

  test('read-only file, through the file port', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n' });
    const { code, out } = await bench.run(write, { make, files: { writable: (path) => !path.endsWith('a.js') } });
    expect(out).toContain('not written a.js is not writable');
    expect(code).toBe(2);
  });

  test('mode: an executable stays one', async () => {
    const bench = new Workbench({ 'a.js': '#!/usr/bin/env node\nlockOld();\n' });
    chmodSync(join(bench.root, 'a.js'), 0o755);
    bench.commit();
    await fixed(bench);
    expect(bench.read('a.js')).toContain('lockNew()');
    expect(statSync(join(bench.root, 'a.js')).mode & 0o777).toBe(0o755);
  });

  test('file changed during the run: it is left, with the reason', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n', 'b.js': 'lockOld();\n' });
    let reads = 0;
    const read = (path: string): Buffer => {
      const bytes = disk.read(path);
      if (path.endsWith('/a.js') && reads++ === 0) writeFileSync(path, 'lockOld(); // mine\n');
      return bytes;
    };
    const { code, out } = await bench.run([...write, '--allow-dirty'], { make, files: { read } });
    expect(out).toContain('not written a.js was changed by someone else since it was read');
    expect(bench.read('a.js')).toBe('lockOld(); // mine\n');
    expect(bench.read('b.js')).toBe('lockNew();\n');
    expect(code).toBe(2);
  });

  test('disk full, through the file port: what was written is told, and undo restores every byte', async () => {
    const names = ['a.js', 'b.js', 'c.js'];
    const bench = new Workbench(Object.fromEntries(names.map((name) => [name, 'lockOld();\r\n'])));
    const replace = async (path: string, bytes: Buffer): Promise<void> => {
      if (path.endsWith('/b.js')) throw new FileTrouble('ENOSPC', 'could not be written: the disk is full');
      await disk.replace(path, bytes);
    };
    const { code, err } = await bench.run(write, { make, files: { replace } });
    expect(err).toContain(
      'the disk is full after 1 of 3 files; make room, then lockwise fix --resume, or lockwise undo',
    );
    expect(code).toBe(2);
    expect((await bench.run(['fix', '--resume'])).out).toBe('wrote b.js\nwrote c.js\n');
    expect((await bench.run(['undo'])).code).toBe(0);
    expect(bench.git('status', '--porcelain', '-uno')).toBe('');
  });

  test('interrupted between two files: the current one is finished, what is done is told, --resume goes on', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n', 'b.js': 'lockOld();\n' });
    let stopped = false;
    const replace = async (path: string, bytes: Buffer): Promise<void> => {
      await disk.replace(path, bytes);
      if (path.endsWith('/a.js')) stopped = true;
    };
    const { code, err } = await bench.run(write, { make, files: { replace }, interrupted: () => stopped });
    expect(err).toContain('stopped after 1 of 2 files; go on with lockwise fix --resume');
    expect(code).toBe(130);
    expect([bench.read('a.js'), bench.read('b.js')]).toEqual(['lockNew();\n', 'lockOld();\n']);
    expect((await bench.run(['fix', '--resume'])).code).toBe(0);
    expect(bench.read('b.js')).toBe('lockNew();\n');
  });

  test('undo leaves a file that was changed afterwards, and says so', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n', 'b.js': 'lockOld();\n' });
    await fixed(bench);
    bench.write('a.js', 'mine\n');
    const { code, err } = await bench.run(['undo']);
    expect(err).toContain('a.js was not restored: it was changed by someone else meanwhile');
    expect([bench.read('a.js'), bench.read('b.js')]).toEqual(['mine\n', 'lockOld();\n']);
    expect(code).toBe(2);
  });

  test('undo and --resume with nothing to take up', async () => {
    const bench = new Workbench();
    expect(await bench.run(['undo'])).toMatchObject({ code: 2, err: expect.stringContaining('nothing to undo') });
    expect(await bench.run(['fix', '--resume'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing to go on with'),
    });
  });
});

describe('repositories', () => {
  test('a sub-directory of a git tree', async () => {
    const bench = new Workbench({ 'pkg/a.js': 'lockOld();\n', 'other/a.js': 'lockOld();\n' });
    const { code } = await bench.run(write, { make, cwd: 'pkg' });
    expect(code).toBe(0);
    expect(bench.git('status', '--porcelain').trim()).toBe('M pkg/a.js');
  });

  test('a submodule', async () => {
    const inner = new Workbench({ 'sub.js': 'lockOld();\n' });
    const bench = new Workbench({ 'a.js': 'lockOld();\n' });
    bench.git('submodule', '--quiet', 'add', inner.root, 'mod');
    bench.commit();
    expect((await fixed(bench)).code).toBe(0);
    expect([bench.read('a.js'), bench.read('mod/sub.js')]).toEqual(['lockNew();\n', 'lockNew();\n']);
    bench.git('checkout', '-q', '.');
    // The file in the submodule is dirty there, though the outer repository sees one entry only.
    bench.write('mod/sub.js', 'lockOld(); // mine\n');
    expect((await fixed(bench)).err).toContain('mod/sub.js has uncommitted changes');
  });

  test('a worktree', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n' });
    bench.git('worktree', 'add', '-q', 'tree', '-b', 'other');
    expect((await bench.run(write, { make, cwd: 'tree' })).code).toBe(0);
    expect([bench.read('a.js'), bench.read('tree/a.js')]).toEqual(['lockOld();\n', 'lockNew();\n']);
  });

  test('a repository inside of another', async () => {
    const bench = new Workbench({ 'a.js': 'lockOld();\n' });
    mkdirSync(join(bench.root, 'inner'));
    bench.write('inner/b.js', 'lockOld();\n');
    bench.git('-C', 'inner', 'init', '-q');
    const { out } = await bench.run(['check', '--list-files']);
    expect(out).toContain('inner/b.js');
  });

  test('--changed, --staged and --since', async () => {
    const bench = new Workbench({ 'a.js': 'lock.take();\n', 'b.js': 'lock.take();\n', 'dir/c.js': 'lock.take();\n' });
    const listed = async (...argv: string[]): Promise<string[]> =>
      (await bench.run(['check', '--list-files', ...argv])).out
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('-'));
    bench.write('a.js', 'lock.take();\nlock.give();\n');
    bench.git('add', 'a.js');
    bench.write('dir/c.js', 'lock.take();\nlock.give();\n');
    bench.write('new.js', 'lock.take();\n');
    expect(await listed('--changed')).toEqual(['a.js', 'dir/c.js', 'new.js']);
    expect(await listed('--staged')).toEqual(['a.js']);
    bench.commit();
    expect(await listed('--changed')).toEqual([]);
    expect(await listed('--since', 'HEAD~1')).toEqual(['a.js', 'dir/c.js', 'new.js']);
  });
});
