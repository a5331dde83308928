package dev.pando.horde;

import dev.pando.core.Pid;
import java.util.List;

/// A piece of a server's log.
///
/// @param from the version up to which the receiver has the log before
/// @param to the version up to which it has it then
/// @param whole whether this begins with the first name of all: what the receiver has and is not told of is over
/// @param last whether this is all there is for now
record News(Pid server, long from, long to, boolean whole, boolean last, List<NameChange> changes) {

    News {
        changes = List.copyOf(changes);
    }
}
