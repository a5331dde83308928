package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;
import java.util.Optional;

/// What all nodes know of one key.
///
/// @param version stamp of the owner's last change; orders changes under one claim
record Entry(Payload key, Claim claim, long version, Body body) {

    sealed interface Body {}

    /// A name held by a process.
    record Named(Pid pid, Payload value) implements Body {}

    /// A supervised child; its id is the key.
    ///
    /// @param pid absent while it is not meant to run
    record Child(ChildSpec spec, ChildState state, Optional<Pid> pid) implements Body {}

    /// Whether nobody owns it at present.
    boolean isLost() {
        return body instanceof Child child && child.state() == ChildState.LOST_OWNER;
    }

    boolean hasOwnerOf(Entry other) {
        Claim others = other.claim();
        return claim.isOf(others.owner(), others.token().incarnation());
    }

    /// The record of a child whose node is lost.
    Entry withoutOwner() {
        return switch (body) {
            case Named _ -> this;
            case Child child ->
                new Entry(key, claim, version, new Child(child.spec(), ChildState.LOST_OWNER, Optional.empty()));
        };
    }

    Optional<Pid> pid() {
        return switch (body) {
            case Named named -> Optional.of(named.pid());
            case Child child -> child.pid();
        };
    }

    /// Whether this, which has just been heard of, takes the place of what was known.
    boolean replaces(Entry known) {
        if (claim.token().equals(known.claim.token())) {
            return !isLost() && (known.isLost() || version > known.version);
        }
        if (isLost()) {
            return known.isLost() && claim.follows(known.claim);
        }
        return known.isLost() || claim.beats(known.claim);
    }
}
