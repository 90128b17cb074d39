/** A member of a {@link LinkedList}: it carries its own links, and is in one list at most. */
export interface Linked<N> {
  next: N | undefined;
  previous: N | undefined;
}

/** A queue that any member leaves in constant time, and that allocates nothing. */
export class LinkedList<N extends Linked<N>> {
  first: N | undefined = undefined;
  length = 0;
  private last: N | undefined = undefined;

  push(member: N): void {
    member.previous = this.last;
    if (this.last === undefined) this.first = member;
    else this.last.next = member;
    this.last = member;
    this.length++;
  }

  shift(): N | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(member: N): void {
    const { next, previous } = member;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    member.next = member.previous = undefined;
    this.length--;
  }

  *[Symbol.iterator](): IterableIterator<N> {
    for (let member = this.first; member !== undefined; member = member.next) yield member;
  }
}
