import type { CallOp, Value } from '../../facts/format.js';
import type { ReleaserArgument } from '../action.js';
import { bindingsCapturedBelow } from '../capture.js';
import { withTransfer, type Hold, type State } from '../state.js';
import { handedOver, handleName, isReleaser } from './handles.js';
import { isInside } from '../nested.js';
import { isLink } from './settling.js';
import type { Walk } from './walk.js';

/** Who can release: the holds that values stand for, and those that have passed to another owner. */
export class Ownership {
  private readonly walk: Walk;

  constructor(walk: Walk) {
    this.walk = walk;
  }

  /** The hold that a value releases: the awaited acquire itself, a part of what it gave, or a variable that has it. */
  holdOf(value: Value, state: State): Hold | undefined {
    const name = handleName(value);
    const named = name && state.holds.find((hold) => state.handles.get(hold)?.includes(name));
    if (named) return named;
    const { requests } = this.walk;
    switch (value.v) {
      case 'await':
      case 'call': {
        const request = value.v === 'await' ? requests.of(value.of) : requests.by(value.id);
        return request && state.holds.includes(request.hold) ? request.hold : undefined;
      }
      case 'choice':
        for (const part of value.of) {
          const found = this.holdOf(part, state);
          if (found) return found;
        }
        return undefined;
      case 'member':
        if (!isReleaser(value.name)) return undefined;
        return this.holdOfPart(value.of, value.name, state);
      default:
        return undefined;
    }
  }

  private holdOfPart(whole: Value, name: string, state: State): Hold | undefined {
    const hold = this.holdOf(whole, state);
    return hold && isReleaser(name, hold) ? hold : undefined;
  }

  /** A handle that is passed on has a new owner. So has one that a function captures which runs later. */
  passOn(op: CallOp, state: State): State {
    if (state.holds.length === 0) return state;
    let after = state;
    for (const argument of op.args) {
      for (const value of handedOver(argument)) {
        const hold = this.holdOf(value, state);
        if (hold && value.v !== 'call') after = withTransfer(after, hold);
        // What an executor or a constructor's callback captures may be called after it has returned.
        const later = op.isNew || (value.v === 'fn' && !isLink(op) && !this.walk.recording.entered.has(value.id));
        if (value.v === 'fn' && later) after = this.captured(value.id, after);
      }
    }
    return after;
  }

  /** Whoever has a function has the releasers that it captures. */
  captured(fn: number, state: State): State {
    return this.capturedBy(fn, state).reduce(withTransfer, state);
  }

  /** The holds whose releasers a function captures. */
  capturedBy(fn: number, state: State): Hold[] {
    const captured = bindingsCapturedBelow(this.walk.unit, fn);
    return state.holds.filter((hold) =>
      state.handles.get(hold)?.some((handle) => handle.startsWith('b') && captured.has(Number(handle.slice(1)))),
    );
  }

  /** Releasers among the arguments of a call, bare or as a member of an object. */
  releasersGiven(op: CallOp, state: State): { hold: Hold; at: ReleaserArgument }[] {
    return op.args.flatMap((argument, index) => {
      const own = this.holdOf(argument, state);
      if (own) return [{ hold: own, at: { argument: index, names: [] } }];
      if (argument.v !== 'object') return [];
      return argument.props.flatMap(({ name, value }) => {
        const hold = name === undefined ? undefined : this.holdOf(value, state);
        return hold ? [{ hold, at: { argument: index, names: [name!] } }] : [];
      });
    });
  }

  /** A releaser that a declared function captures may be called by whoever is given that function, which may happen anywhere. */
  escapes(binding: number): boolean {
    const { unit, root, recording } = this.walk;
    const { owner } = unit.facts.bindings[binding]!;
    return unit.facts.functions.some(
      (fact, id) =>
        id !== owner &&
        id !== root &&
        fact.parent >= 0 &&
        unit.isDeclared(id) &&
        !recording.entered.has(id) &&
        bindingsCapturedBelow(unit, id).has(binding) &&
        isInside(unit, id, owner),
    );
  }
}
