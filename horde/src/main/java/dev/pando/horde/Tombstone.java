package dev.pando.horde;

import dev.pando.core.wire.Payload;

/// A key was given up on purpose. Wins over every claim that is older.
record Tombstone(Payload key, long stamp) {}
