package dev.pando.horde;

import org.jspecify.annotations.Nullable;

/// Says that a name was given up.
final class Mark extends LogItem {

    /// The claim, when it has lost against another one that is to have its value too.
    final @Nullable Grant lost;

    Mark(Object key, long stamp, long version, @Nullable Grant lost) {
        super(key, stamp, version);
        this.lost = lost;
    }
}
