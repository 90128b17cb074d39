import type { CallOp, ParamFact, Value } from '../facts/format.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/** What is known of an argument: a truth value, the parts of an object, or that it was not passed. */
export type Given = boolean | 'absent' | 'unknown' | { readonly [name: string]: Given };

/** By parameter position. A function that takes a lock only when asked to is walked as it is called. */
export type GivenArguments = readonly (Given | undefined)[];

/** A name of it for caches; empty when nothing is known. */
export function givenKey(given: GivenArguments): string {
  return given.every((one) => one === undefined) ? '' : JSON.stringify(given);
}

/** What a call tells of the parameters that the called function's tests depend on; what the caller itself was given is passed on. */
export function givenBy(
  called: { readonly unit: Unit; readonly fn: number },
  caller: { readonly unit: Unit; readonly fn: number; readonly given: GivenArguments },
  op: CallOp,
): GivenArguments {
  if (op.spread || !dependsOnParams(called.unit, called.fn)) return [];
  const { params } = called.unit.fn(called.fn);
  return params.map((param, index): Given | undefined => {
    if (param.rest) return undefined;
    const argument = op.args[index];
    return argument ? known(caller, argument) : 'absent';
  });
}

function known(caller: { unit: Unit; fn: number; given: GivenArguments }, value: Value): Given | undefined {
  switch (value.v) {
    case 'lit':
      return value.value === null ? 'absent' : Boolean(value.value);
    case 'global':
      return value.name === 'undefined' ? 'absent' : undefined;
    case 'object': {
      const parts: Record<string, Given> = {};
      for (const { name, value: part } of value.props) {
        const one = known(caller, part);
        if (name === undefined) spreadInto(parts, known(caller, part.v === 'mix' ? (part.of[0] ?? part) : part));
        else parts[name] = one ?? 'unknown';
      }
      return parts;
    }
    case 'bind':
      return parameterGiven(caller, value.id);
    default:
      return undefined;
  }
}

/** The name that stands for all members which are not told one by one. */
const REST = '*';

/** What is spread brings its own members; of something unknown, they may be any. */
function spreadInto(parts: Record<string, Given>, given: Given | undefined): void {
  if (typeof given === 'object') Object.assign(parts, given);
  else if (given !== 'absent') {
    for (const name of Object.keys(parts)) parts[name] = 'unknown';
    parts[REST] = 'unknown';
  }
}

function parameterGiven(caller: { unit: Unit; fn: number; given: GivenArguments }, binding: number): Given | undefined {
  const fact = caller.unit.facts.bindings[binding]!;
  if (fact.writes > 0) return undefined;
  const index = caller.unit.fn(caller.fn).params.findIndex((param) => param.binding === binding);
  return index < 0 ? undefined : caller.given[index];
}

/** The truth of a given value; undefined when it is an object whose members alone are known, or nothing is. */
function truthOfGiven(given: Given | undefined): boolean | undefined {
  if (given === undefined || given === 'unknown') return undefined;
  if (typeof given === 'boolean') return given;
  return given !== 'absent';
}

/** A member of a given object. Of an object literal, what is not written is absent. */
function givenMember(given: Given | undefined, name: string): Given | undefined {
  if (given === undefined || given === 'unknown' || typeof given === 'boolean') return undefined;
  if (given === 'absent') return 'absent';
  return given[name] ?? given[REST] ?? 'absent';
}

const tested = new WeakMap<Unit, Map<number, boolean>>();

/** Whether any test in a function, or in one written inside it, mentions a parameter of the function or a part of one, or a call is passed one. */
function dependsOnParams(unit: Unit, fn: number): boolean {
  let byFunction = tested.get(unit);
  if (!byFunction) tested.set(unit, (byFunction = new Map()));
  let answer = byFunction.get(fn);
  if (answer === undefined) byFunction.set(fn, (answer = usesParams(unit, fn)));
  return answer;
}

function usesParams(unit: Unit, fn: number): boolean {
  const { span, params } = unit.fn(fn);
  if (params.length === 0) return false;
  const own = (id: number) => {
    const place = unit.facts.bindings[id]!.span;
    return params.some((param: ParamFact) => param.span[0] <= place[0] && place[1] <= param.span[1]);
  };
  return unit.facts.functions.some(
    (fact) =>
      span[0] <= fact.span[0] &&
      fact.span[1] <= span[1] &&
      [...everyOp(fact.body)].some(
        (op) =>
          (op.op === 'branch' && [...everyValue(op.test)].some((part) => part.v === 'bind' && own(part.id))) ||
          (op.op === 'call' && op.args.some((argument) => isPassedOn(argument, own))),
      ),
  );
}

/** The truth of a value that is a parameter of a function, a part of one, or a default for one. */
export function givenTruth(unit: Unit, fn: number, given: GivenArguments, value: Value): boolean | undefined {
  if (given.length === 0) return undefined;
  if (value.v === 'choice' && value.op === '??') {
    const [part, fallback] = value.of as [Value, Value];
    const one = givenOf(unit, fn, given, part);
    return one === 'absent' ? literalTruth(fallback) : truthOfGiven(one);
  }
  const one = givenOf(unit, fn, given, value);
  const init = value.v === 'bind' ? unit.facts.bindings[value.id]!.init : undefined;
  // An absent argument has the default, which the binding's value tells.
  return one === 'absent' && init?.v === 'choice' ? literalTruth(init.of[1]!) : truthOfGiven(one);
}

function givenOf(unit: Unit, fn: number, given: GivenArguments, value: Value): Given | undefined {
  const { params } = unit.fn(fn);
  if (value.v === 'bind') {
    if (unit.facts.bindings[value.id]!.writes > 0) return undefined;
    const index = params.findIndex((param) => param.binding === value.id);
    return index < 0 ? undefined : given[index];
  }
  if (value.v === 'mix' && value.op === 'parameter') {
    const index = params.findIndex((param) => param.span[0] === value.span[0]);
    return index < 0 ? undefined : given[index];
  }
  return value.v === 'member' ? givenMember(givenOf(unit, fn, given, value.of), value.name) : undefined;
}

function literalTruth(value: Value): boolean | undefined {
  if (value.v === 'lit') return Boolean(value.value);
  return value.v === 'global' && value.name === 'undefined' ? false : undefined;
}

function isPassedOn(value: Value, own: (id: number) => boolean): boolean {
  if (value.v === 'bind') return own(value.id);
  return (
    value.v === 'object' &&
    value.props.some((prop) => [...everyValue(prop.value)].some((part) => part.v === 'bind' && own(part.id)))
  );
}
