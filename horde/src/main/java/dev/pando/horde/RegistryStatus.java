package dev.pando.horde;

import java.time.Duration;

/// How a replicated registry is doing, as one node sees it.
///
/// @param servers how many nodes run it and can be reached, this one included
/// @param names how many names can be found
/// @param own how many of these are held by processes of this node
/// @param kept names of nodes out of reach, which are kept for a minute in case that these come back
/// @param marks names given up lately, which are kept for nodes that have not heard of it
/// @param behind how many servers have not confirmed the last change of this node's names yet
/// @param conflicts how many processes of this node have lost a name to others since the server's start
/// @param repairs how often this node had to ask for something that it should have been told, since the server's start:
///     0 unless there is a fault in Pando
/// @param skew how far the wall clocks of others are ahead of this node's, at most, as far as is known
public record RegistryStatus(
        int servers,
        int names,
        int own,
        int kept,
        int marks,
        int behind,
        long conflicts,
        long repairs,
        Duration skew) {}
