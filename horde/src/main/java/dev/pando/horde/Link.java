package dev.pando.horde;

/// A place in a doubly linked list that closes to a ring; alone, it is linked to itself.
class Link {

    private Link previous = this;
    private Link next = this;

    final Link previous() {
        return previous;
    }

    final Link next() {
        return next;
    }

    /// Whether it is in no list.
    @SuppressWarnings("ReferenceEquality")
    final boolean isAlone() {
        return next == this;
    }

    /// Puts a link that is in no list behind this one.
    final void insertAfter(Link link) {
        link.previous = this;
        link.next = next;
        next.previous = link;
        next = link;
    }

    final void unlink() {
        previous.next = next;
        next.previous = previous;
        previous = this;
        next = this;
    }
}
