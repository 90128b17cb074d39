import type { FileFacts, MemberFact } from '../facts/format.js';

/** A member of a class. */
export interface Membership {
  readonly cls: number;
  readonly member: MemberFact;
}

interface Names {
  readonly members: ReadonlyMap<number, readonly Membership[]>;
  readonly bindings: ReadonlyMap<number, readonly number[]>;
}

const known = new WeakMap<FileFacts, Names>();

function namesIn(facts: FileFacts): Names {
  let names = known.get(facts);
  if (!names) {
    const members = facts.classes.flatMap((fact, cls) => fact.members.map((member) => ({ cls, member })));
    const bindings = [...facts.bindings.entries()];
    names = {
      members: grouped(members, ({ member }) => member.nameSpan[0]),
      bindings: new Map(
        [...grouped(bindings, ([, { span }]) => span[0])].map(([start, all]) => [start, all.map(([id]) => id)]),
      ),
    };
    known.set(facts, names);
  }
  return names;
}

/** The members of classes whose name begins at an offset, in the order of the classes. */
export function membersAt({ facts }: { readonly facts: FileFacts }, start: number): readonly Membership[] {
  return namesIn(facts).members.get(start) ?? [];
}

/** The variables whose declaration begins at an offset. */
export function bindingsAt({ facts }: { readonly facts: FileFacts }, start: number): readonly number[] {
  return namesIn(facts).bindings.get(start) ?? [];
}

function grouped<One>(all: readonly One[], startOf: (one: One) => number): Map<number, One[]> {
  const groups = new Map<number, One[]>();
  for (const one of all) {
    const group = groups.get(startOf(one));
    if (group) group.push(one);
    else groups.set(startOf(one), [one]);
  }
  return groups;
}
