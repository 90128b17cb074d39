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
    const { last } = this;
    member.previous = last;
    this.last = member;
    if (last) last.next = member;
    else this.first = member;
    this.length++;
  }

  remove(member: N): void {
    const { next, previous } = member;
    if (previous) previous.next = next;
    else this.first = next;
    if (next) next.previous = previous;
    else this.last = previous;
    // A member that has left keeps no other alive, which one that is old by then would do until the next full collection.
    member.next = member.previous = undefined;
    this.length--;
  }
}
