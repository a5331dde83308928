package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;
import java.util.Optional;

/// What all nodes know of one supervised child.
///
/// @param key its id
/// @param version stamp of the owner's last change; orders changes under one claim
/// @param pid absent while it is not meant to run
/// @param crashed whether it failed too often, under this claim or the lost one of its last owner:
///     nobody is to run it
record Entry(
        Payload key, Claim claim, long version, ChildSpec spec, ChildState state, Optional<Pid> pid, boolean crashed) {

    Entry(Payload key, Claim claim, long version, ChildSpec spec, ChildState state, Optional<Pid> pid) {
        this(key, claim, version, spec, state, pid, state == ChildState.CRASHED);
    }

    String id() {
        return (String) key.value();
    }

    /// Whether nobody owns it at present.
    boolean isLost() {
        return state == ChildState.LOST_OWNER;
    }

    /// Whether it can be sent to.
    boolean serves() {
        return (state == ChildState.RUNNING || state == ChildState.HANDING_OVER) && pid.isPresent();
    }

    /// Whether nobody runs it, and its claim stands back behind that of whoever does.
    boolean yields() {
        return isLost() || state == ChildState.SUSPENDED;
    }

    boolean hasOwnerOf(Entry other) {
        Claim others = other.claim();
        return claim.isOf(others.owner(), others.token().incarnation());
    }

    /// The record of a child whose node is lost.
    Entry withoutOwner() {
        return new Entry(key, claim, version, spec, ChildState.LOST_OWNER, Optional.empty(), crashed);
    }

    /// Whether this, which has just been heard of, takes the place of what was known.
    boolean replaces(Entry known) {
        if (claim.token().equals(known.claim.token())) {
            return !isLost() && (known.isLost() || version > known.version);
        }
        if (yields()) {
            return known.yields() && claim.follows(known.claim);
        }
        return known.yields() || claim.beats(known.claim);
    }
}
