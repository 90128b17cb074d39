import { expect } from 'vitest';
import type { DecoratorModel, LockModel } from '@lockwise/engine';
import { Linked } from '../../src/link/linked.js';
import { Program } from '../../src/link/program.js';
import type { Step } from '../../src/link/section.js';
import type { Unit } from '../../src/link/unit.js';
import { builtInModels } from '../../src/models/index.js';
import { filesOf, memoryHost, type Sample } from '../checks/check-rule.js';

/** What every sample may call: `inside` stands where a lock is held on every path, `outside` where none is held on any. */
const MARKS = `declare function inside(): Promise<void>; declare function outside(): Promise<void>;`;

/** Asserts that a lock is held at each call of `inside()` and at no call of `outside()`, and gives the kinds of the locks. */
export function expectHeld(
  sample: Sample,
  models: readonly LockModel[] = [],
  decorators: readonly DecoratorModel[] = [],
): readonly string[] {
  const linked = link(sample, models, decorators);
  const kinds = new Set<string>();
  const marked: string[] = [];
  const held = new Set<string>();
  for (const unit of linked.units) {
    for (const section of linked.allSections(unit))
      for (const step of section.steps) {
        const mark = markOf(unit, step);
        if (!mark || (mark.name === 'inside' && !step.certain)) continue;
        held.add(mark.at);
        kinds.add(section.lock.ref.model.kind);
      }
    marked.push(...marksIn(unit));
  }
  expect(marked.length, 'a sample without a mark tells nothing').toBeGreaterThan(0);
  expect([...held].sort()).toEqual(marked.filter((at) => at.startsWith('inside')).sort());
  return [...kinds];
}

export function link(
  sample: Sample,
  models: readonly LockModel[] = [],
  decorators: readonly DecoratorModel[] = [],
): Linked {
  const files = Object.fromEntries(Object.entries(filesOf(sample)).map(([path, text]) => [path, `${MARKS}\n${text}`]));
  const program = new Program(memoryHost(files), [...models, ...builtInModels], undefined, decorators);
  for (const [path, text] of Object.entries(files)) program.set(path, text);
  expect([...program.problems.values()]).toEqual([]);
  return new Linked(program);
}

function markOf(unit: Unit, { op }: Step): { readonly name: string; readonly at: string } | undefined {
  if (op.op !== 'call' || op.callee.v !== 'bind') return undefined;
  const { name } = unit.facts.bindings[op.callee.id]!;
  return name === 'inside' || name === 'outside' ? { name, at: place(name, unit, op.span[0]) } : undefined;
}

function marksIn(unit: Unit): string[] {
  return [...unit.text.matchAll(/\b(inside|outside)\(\)/g)].flatMap((match) =>
    match.index < MARKS.length ? [] : [place(match[1]!, unit, match.index)],
  );
}

const place = (name: string, unit: Unit, offset: number) =>
  `${name} at ${unit.path}, …${unit.text.slice(offset - 20, offset)}${name}() (${offset})`;
