package dev.pando.core;

/// A call in a mailbox.
///
/// @param deadlineNanos after it nobody waits for the answer any more
record Request(Ref ref, Object message, long deadlineNanos) {}
