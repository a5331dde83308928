package dev.pando.horde;

/// Says that a name was given up.
final class Mark extends LogItem {

    Mark(Object key, long stamp, long version) {
        super(key, stamp, version);
    }
}
