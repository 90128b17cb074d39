/**
 * Subscribers that a section waits for, and that can come back for the lock it holds: by a public method of the same
 * object. Whoever registers a function sees the methods and not the lock, so this is what they will do one day.
 */
import type { Related } from '../../findings.js';
import { capacityOf } from '../../link/capacity.js';
import { isMeantForOthers } from '../../link/callers.js';
import { runsOnlyUnder } from '../../link/callers-locks.js';
import { helperThatLetsIn } from '../../link/holder-entry.js';
import type { Linked } from '../../link/linked.js';
import { sameLock } from '../../link/lock-ref.js';
import { isWaitedUnder } from '../../link/nesting.js';
import { notificationsOf, type Hop, type Notification } from '../../link/notifications.js';
import type { Section } from '../../link/section.js';
import { shorten } from '../../link/suspension.js';
import { isWaitedFor } from '../../link/waiting.js';
import { at } from '../check.js';

/** A section that waits for a subscriber which may wait for the section. */
export interface CallBack {
  /** Where it is told: the last call on the way that runs only with the lock held. */
  readonly site: Hop;
  readonly message: string;
  readonly related: readonly Related[];
}

/** At most one for each place at which the section hands control over. */
export function callBacks(project: Linked, section: Section): readonly CallBack[] {
  const { unit, hold, trace, ref } = section;
  const again = isExclusive(section) && !letsItselfIn(project, section) ? publicAcquire(project, section) : undefined;
  if (!again) return [];
  const found = new Map<number, CallBack>();
  for (const { op, fn, visit, certain } of section.steps) {
    if (op.op !== 'call' || !certain || !isWaitedFor(unit, op) || !isWaitedUnder(trace, visit, op, hold)) continue;
    const [notification] = notificationsOf(project, { unit, fn, op });
    if (!notification) continue;
    const site = siteOf(project, section, notification);
    if (!found.has(site.op.id)) found.set(site.op.id, tell(notification, site, ref.name, again, section));
  }
  return [...found.values()];
}

function letsItselfIn(project: Linked, { unit, fn, acquire }: Section): boolean {
  return helperThatLetsIn(project, unit, fn, acquire) !== undefined;
}

function isExclusive({ ref }: Section): boolean {
  return !ref.model.reentrant && ref.side !== 'read' && capacityOf(ref) === 1;
}

interface Again {
  readonly method: string;
  readonly related: Related;
}

/** The public method of the object that waits for the lock of a section and asks for least: what a subscriber will call. */
function publicAcquire(project: Linked, { unit, trace, ref }: Section): Again | undefined {
  const cls = unit.fn(trace.fn).thisClass;
  if (cls === undefined || (ref.owner === 'field' && !ref.receiver.startsWith('this'))) return undefined;
  const methods = unit.classOf(cls).members.flatMap((member) => {
    const { function: fn, name, nameSpan } = member;
    return fn === undefined || member.static || !isMeantForOthers(member) ? [] : [{ fn, name, nameSpan }];
  });
  const asked = ({ fn }: { readonly fn: number }) => unit.fn(fn).params.filter((param) => !param.optional).length;
  const method = methods
    .sort((one, other) => asked(one) - asked(other))
    .find(({ fn }) =>
      project.summaries.acquires({ unit, fn }).some((one) => one.awaited && sameLock(one.ref, ref) === 'yes'),
    );
  if (!method) return undefined;
  const { name, nameSpan: span } = method;
  return { method: name, related: at({ path: unit.path, span }, `\`${name}\` waits for \`${ref.name}\``) };
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

function tell(
  { hops, registrar }: Notification,
  site: Hop,
  lock: string,
  again: Again,
  { unit, acquire }: Section,
): CallBack {
  const call = shorten(unit.slice(site.op.span));
  const rest = hops.slice(hops.indexOf(site) + 1);
  return {
    site,
    message: `\`${call}\` waits for subscribers of \`${registrar.name}\` with \`${lock}\` held: one that awaits \`${again.method}()\` waits for \`${lock}\`, which is held until that subscriber is done, and neither ever goes on.`,
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
