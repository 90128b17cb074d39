import { describe, expect, it } from 'vitest';
import { readLockModels } from '../../src/models/read.js';

describe('lock models from a configuration', () => {
  it('are filled in with what most locks are', () => {
    const { models, errors } = readLockModels([
      { module: '#lock', export: 'Gate', style: 'releaser', acquire: 'enter' },
    ]);
    expect(errors).toEqual([]);
    expect(models).toEqual([
      {
        name: 'Gate',
        modules: ['#lock'],
        export: 'Gate',
        made: 'class',
        kind: 'mutex',
        scope: 'agent',
        methods: { enter: { does: 'acquire', gives: 'releaser' } },
        enqueue: 'sync',
        start: 'async',
        fairness: 'fifo',
        reentrant: false,
        timeout: 'none',
        disposable: false,
      },
    ]);
  });

  it('take the position of the key into account', () => {
    const { models } = readLockModels([
      { module: ['a', 'b'], export: 'default', style: 'callback', run: 'with', keyArg: 0 },
    ]);
    expect(models[0]).toMatchObject({
      name: 'a',
      modules: ['a', 'b'],
      kind: 'keyed',
      methods: { with: { does: 'section', callback: 1, keyArg: 0 } },
    });
  });

  it('know ownerless and disposable locks', () => {
    const { models } = readLockModels([
      { module: 'x', export: 'A', style: 'ownerless', acquire: 'lock', release: 'unlock' },
      { module: 'x', export: 'B', style: 'disposable' },
    ]);
    expect(models[0]!.methods).toEqual({ lock: { does: 'acquire', gives: 'nothing' }, unlock: { does: 'release' } });
    expect(models[1]).toMatchObject({ releasedBy: ['release'], disposable: true });
  });

  it('are told apart from what cannot be used, each in one line', () => {
    const { models, errors } = readLockModels([
      { module: 'x', export: 'A', style: 'magic' },
      { module: 'x', export: 'A' },
      { export: 'A', style: 'releaser', colour: 'red' },
      { module: 'x', export: 'A', methods: { go: { does: 'dance' } } },
      { module: 'x', export: 'A', methods: { go: { does: 'section' } } },
      7,
    ]);
    expect(models).toEqual([]);
    expect(errors).toEqual([
      'locks[0].style must be one of releaser, ownerless, callback, disposable, and is "magic"',
      'locks[1].style or methods must tell how the lock is taken',
      'locks[2].colour is unknown',
      'locks[2].module must be the specifier that the lock is imported by, or a list of them',
      'locks[3].methods.go must have a `does` that is one of acquire, try-acquire, release, section, wait, query, cancel',
      'locks[4].methods.go.callback must be a position from 0, `last` or `function`',
      'locks[5] must be an object with `module` and `export`',
    ]);
    expect(readLockModels({}).errors).toEqual(['locks must be a list of lock models']);
  });
});
