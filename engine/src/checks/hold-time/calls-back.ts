/**
 * Subscribers that a section waits for, and that can come back for the lock it holds: by a public method of the same
 * object. Whoever registers a function sees the methods and not the lock, so this is what they will do one day.
 */
import type { ClassFact, MemberFact } from '../../facts/format.js';
import type { Preset } from '../../config.js';
import type { Related } from '../../findings.js';
import { ByUnit } from '../../link/by-unit.js';
import { capacityOf } from '../../link/capacity.js';
import { isMeantForOthers } from '../../link/callers.js';
import { runsOnlyUnder } from '../../link/callers-locks.js';
import { helperThatLetsIn } from '../../link/holder-entry.js';
import type { Linked } from '../../link/linked.js';
import { sameLock, type LockKey, type LockRef } from '../../link/lock-ref.js';
import { isWaitedUnder } from '../../link/nesting.js';
import { notificationsOf, type Hop, type Notification } from '../../link/notifications.js';
import type { Registrar } from '../../link/registered.js';
import type { Section } from '../../link/section.js';
import { shorten } from '../../link/suspension.js';
import type { Unit } from '../../link/unit.js';
import { isWaitedFor } from '../../link/waiting.js';
import { at } from '../check.js';

/** A section that waits for a subscriber which may wait for the section. */
export interface CallBack {
  /** All that it is said of, the one that it is told in first. */
  readonly sections: [Section, ...Section[]];
  readonly registrar: Registrar;
  /** Where it is told: the last call on the way that runs only with the lock held. */
  readonly site: Hop;
  readonly message: string;
  readonly related: Related[];
}

/**
 * Those of a file. Several sections may go the same way: there is one place to mend. Where sections of one lock let the
 * same subscribers in at several places, it is one decision of the author, and the default preset says it once.
 */
export function callBacksOf(project: Linked, unit: Unit, preset: Preset): readonly CallBack[] {
  const found = new Map<string, CallBack>();
  for (const section of project.sections(unit)) {
    if (isLeftOut(section, preset)) continue;
    for (const one of callBacks(project, section, preset)) {
      const { place } = one.registrar;
      const remark = preset === 'strict' ? one.site.op.id : `${section.lock.id} ${place.path} ${place.span[0]}`;
      const told = found.get(`${remark}`);
      told?.sections.push(section);
      if (!told) found.set(`${remark}`, one);
      else if (told.site.op !== one.site.op) told.related.push(waitsToo(unit, one.site));
    }
  }
  return [...found.values()];
}

/** Wrappers run what they are given, that is what they are for; and readers wait for no reader: who holds the read side keeps only writers waiting. */
export function isLeftOut({ wrapper, ref }: Section, preset: Preset): boolean {
  // To bound how many callbacks run at once is what a limiter is for.
  const isShared = ref.side === 'read' || capacityOf(ref) !== 1;
  return wrapper || (isShared && preset === 'recommended');
}

/** At most one for each function in which a section hands control over: it has one remedy. */
function callBacks(project: Linked, section: Section, preset: Preset): readonly CallBack[] {
  const { unit, hold, trace } = section;
  const again = isExclusive(section) && !letsItselfIn(project, section) ? publicAcquire(project, section) : undefined;
  if (!again || (again.ofSomeKey && preset !== 'strict')) return [];
  const found = new Map<number, CallBack>();
  for (const { op, fn, visit, certain } of section.steps) {
    if (op.op !== 'call' || !certain || !isWaitedFor(unit, op) || !isWaitedUnder(trace, visit, op, hold)) continue;
    const [notification] = notificationsOf(project, { unit, fn, op });
    if (!notification) continue;
    const site = siteOf(project, section, notification);
    const told = found.get(site.fn);
    if (!told) found.set(site.fn, tell(notification, site, again, section));
    else if (told.site.op !== site.op) told.related.push(waitsToo(unit, site));
  }
  return [...found.values()];
}

function waitsToo({ path }: Unit, { op }: Hop): Related {
  return at({ path, span: op.span }, 'waits for subscribers too');
}

function letsItselfIn(project: Linked, { unit, fn, acquire }: Section): boolean {
  return helperThatLetsIn(project, unit, fn, acquire) !== undefined;
}

function isExclusive({ ref }: Section): boolean {
  return !ref.model.reentrant && ref.side !== 'read' && capacityOf(ref) === 1;
}

interface Again {
  readonly method: string;
  /** The lock has keys, and the method waits only where it is called with the key that is held. */
  readonly ofSomeKey: boolean;
  readonly related: Related;
}

/** The public method of the object that waits for the lock of a section and asks for least: what a subscriber will call. */
function publicAcquire(project: Linked, { unit, trace, ref }: Section): Again | undefined {
  const cls = unit.fn(trace.fn).thisClass;
  if (cls === undefined || (ref.owner === 'field' && !ref.receiver.startsWith('this'))) return undefined;
  const method = publicAcquires(project, unit, cls)
    .get(ref.id)
    ?.find((one) => isSameForObject(one.ref, ref))?.method;
  if (!method) return undefined;
  const { name, nameSpan: span } = method;
  const ofSomeKey = ref.key !== undefined && !isKeyOfObject(ref.key);
  return { method: name, ofSomeKey, related: at({ path: unit.path, span }, `\`${name}\` waits for \`${ref.name}\``) };
}

type PublicMethod = Pick<MemberFact, 'name' | 'nameSpan'> & { readonly fn: number };

const methodsOf = new WeakMap<ClassFact, readonly PublicMethod[]>();

/** What a class has for others to call, what asks for least first. */
function publicMethods(unit: Unit, cls: number): readonly PublicMethod[] {
  const fact = unit.classOf(cls);
  let methods = methodsOf.get(fact);
  if (!methods) {
    const asked = ({ fn }: PublicMethod) => unit.fn(fn).params.filter((param) => !param.optional).length;
    methods = fact.members
      .flatMap((member): PublicMethod[] => {
        const { function: fn, name, nameSpan } = member;
        return fn === undefined || member.static || !isMeantForOthers(member) ? [] : [{ fn, name, nameSpan }];
      })
      .sort((one, other) => asked(one) - asked(other));
    methodsOf.set(fact, methods);
  }
  return methods;
}

interface PublicAcquire {
  readonly method: PublicMethod;
  readonly ref: LockRef;
}

const acquiresOf = new ByUnit<number, ReadonlyMap<string, readonly PublicAcquire[]>>();

/** By lock, the public methods of a class that wait for it, in the order of the methods. */
function publicAcquires(project: Linked, unit: Unit, cls: number): ReadonlyMap<string, readonly PublicAcquire[]> {
  const known = acquiresOf.get(unit, cls);
  if (known) return known;
  const found = new Map<string, PublicAcquire[]>();
  for (const method of publicMethods(unit, cls))
    for (const { ref, awaited } of project.summaries.acquires({ unit, fn: method.fn })) {
      const list = found.get(ref.id) ?? [];
      if (awaited) list.push({ method, ref });
      found.set(ref.id, list);
    }
  acquiresOf.set(unit, cls, found);
  return found;
}

/** Whether two methods of an object mean one lock, where they are called with the same key. */
function isSameForObject(one: LockRef, other: LockRef): boolean {
  if (one.key && other.key && !isKeyOfObject(one.key) && !isKeyOfObject(other.key))
    return sameLock({ ...one, key: other.key }, other) === 'yes';
  return sameLock(one, other) === 'yes';
}

function isKeyOfObject({ literal, own }: LockKey): boolean {
  return literal || own === true;
}

/** Functions that run only with the lock held are part of the section: there it is told, as near to the subscriber as they go. */
function siteOf(project: Linked, { unit, lock }: Section, { hops }: Notification): Hop {
  let [site] = hops;
  for (const hop of hops.slice(1)) {
    const target = project.summaries.target(site.unit, site.fn, site.op);
    if (hop.unit !== unit || !target || !runsOnlyUnder(project, unit, target.fn, lock.id)) break;
    site = hop;
  }
  return site;
}

function tell({ hops, registrar }: Notification, site: Hop, again: Again, section: Section): CallBack {
  const { unit, acquire, ref } = section;
  const lock = ref.name;
  const same = again.ofSomeKey ? ' for the same key' : '';
  const call = shorten(unit.slice(site.op.span));
  const rest = hops.slice(hops.indexOf(site) + 1);
  return {
    sections: [section],
    registrar,
    site,
    message: `\`${call}\` waits for subscribers of \`${registrar.name}\` with \`${lock}\` held: one that awaits \`${again.method}()\`${same} waits for \`${lock}\`, which is held until that subscriber is done, and neither ever goes on.`,
    related: [
      at({ path: unit.path, span: acquire.span }, `\`${lock}\` is taken here`),
      ...hops
        .slice(0, hops.indexOf(site))
        .map((hop) => at({ path: hop.unit.path, span: hop.op.span }, 'and held across this call')),
      ...rest.map((hop, index) =>
        at(
          { path: hop.unit.path, span: hop.op.span },
          index === rest.length - 1 ? 'which runs the subscribers' : 'which calls this',
        ),
      ),
      at(registrar.place, 'anybody subscribes here'),
      again.related,
    ],
  };
}
