import { describe, expect, it } from 'vitest';
import { readDecorators } from '../../src/models/read-decorators.js';

describe('decorators from a configuration', () => {
  it('run a method under a mutex that each object has, unless told', () => {
    const { decorators, errors } = readDecorators([{ name: 'Synchronized' }]);
    expect(errors).toEqual([]);
    expect(decorators).toMatchObject([
      {
        name: 'Synchronized',
        modules: [],
        lock: 'this',
        model: { name: '@Synchronized', kind: 'mutex', scope: 'agent', reentrant: false },
      },
    ]);
  });

  it('say whose lock it is, and what chooses it', () => {
    const { decorators, errors } = readDecorators([
      { name: 'sequentialize', module: ['./decorators.js', '*/decorators'], lock: 'method' },
      { name: 'Redlock', module: '@acme/redlock', lock: 'global', keyArg: 0, scope: 'cluster' },
      { name: 'Exclusive', lock: 'this.#mutex', reentrant: true },
      { name: 'WithLock', lockArg: 1 },
    ]);
    expect(errors).toEqual([]);
    expect(decorators).toMatchObject([
      { modules: ['./decorators.js', '*/decorators'], lock: 'method' },
      { modules: ['@acme/redlock'], keyArg: 0, model: { kind: 'keyed', scope: 'cluster' } },
      { lock: 'this.#mutex', model: { reentrant: true } },
      { lock: 'this', lockArg: 1 },
    ]);
  });

  it('are told apart from what cannot be used, each in one line', () => {
    const { decorators, errors } = readDecorators([
      { lock: 'this' },
      { name: '@Synchronized' },
      { name: 'A', module: '' },
      { name: 'A', lock: 'instance' },
      { name: 'A', lock: 'this.locks.save' },
      { name: 'A', lockArg: -1, keyArg: 'first' },
      { name: 'A', reentrant: 'yes', scope: 'world', colour: 'red' },
      'Synchronized',
    ]);
    expect(decorators).toEqual([]);
    expect(errors).toEqual([
      'decorators[0].name must be the name of the decorator, such as `Synchronized`',
      'decorators[1].name must be the name of the decorator, such as `Synchronized`',
      'decorators[2].module must be the specifier that the decorator is imported by, or a list of them',
      'decorators[3].lock must be one of this, method, class, global, this.NAME, and is "instance"',
      'decorators[4].lock must be one of this, method, class, global, this.NAME, and is "this.locks.save"',
      'decorators[5].lockArg must be the position of an argument, from 0',
      'decorators[5].keyArg must be the position of an argument, from 0',
      'decorators[6].colour is unknown',
      'decorators[6].reentrant must be true or false',
      'decorators[6].scope must be one of agent, origin, host, cluster, and is "world"',
      'decorators[7] must be an object with a `name`',
    ]);
    expect(readDecorators({}).errors).toEqual(['decorators must be a list of decorators']);
  });
});
