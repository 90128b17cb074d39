import { visitorKeys } from '@typescript-eslint/visitor-keys';
import { isNode, type Node } from '../../ast/node.js';
import type { BindingFact } from '../format.js';
import { Scope, VALUE, type Form, type Variable } from './scope.js';

/** Scopes and what the names in them mean, while a program is gone through. */
export class Binder {
  /** In the order in which they begin. */
  readonly scopes: Scope[] = [];
  /** What an identifier declares or means. */
  readonly variableOf = new Map<Node, Variable>();
  scope!: Scope;

  /** Opens a scope, and finds out what the names in it mean when it ends. */
  within(form: Form, block: Node, read: () => void): void {
    const scope = new Scope(form, block, this.scope as Scope | undefined);
    this.scopes.push(scope);
    this.scope = scope;
    read();
    const upper = scope.upper;
    // In `with` a name may mean a member of any object.
    if (form !== 'with')
      for (const use of scope.uses) {
        const variable = scope.find(use);
        if (variable) {
          variable.references.push(use);
          this.variableOf.set(use.identifier, variable);
        } else upper?.uses.push(use);
      }
    scope.uses.length = 0;
    if (upper) this.scope = upper;
  }

  define(identifier: Node, kind: BindingFact['kind'], scope = this.scope): void {
    this.variableOf.set(identifier, scope.define(identifier['name'] as string, identifier, kind));
  }

  use(identifier: Node, as = VALUE, writes = false): void {
    this.scope.uses.push({ identifier, as, writes });
  }
}

export type Visit = (binder: Binder, node: Node) => void;

/** Goes on with all nodes below, in the order of the source, but for one property. */
export function visitBelow(binder: Binder, node: Node, visit: Visit, besides?: string): void {
  const keys = visitorKeys[node.type];
  if (!keys) return;
  for (const key of keys) {
    if (key === besides) continue;
    const child: unknown = node[key];
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) visit(binder, item);
    } else if (isNode(child)) visit(binder, child);
  }
}

export function visitAll(binder: Binder, nodes: unknown, visit: Visit): void {
  for (const node of (nodes ?? []) as (Node | null)[]) if (node) visit(binder, node);
}
