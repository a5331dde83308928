package dev.pando.horde;

import dev.pando.core.Notice;

/// A process of this node that held a name has ended.
record NameEnded(Grant grant) implements Notice {}
