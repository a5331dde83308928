package dev.pando.horde;

/// One place in a [NameLog].
abstract sealed class LogItem extends Link permits Grant, Mark {

    final Object key;
    /// Of the claim's token; with the log it tells claims of one key apart.
    final long stamp;
    final long version;

    LogItem(Object key, long stamp, long version) {
        this.key = key;
        this.stamp = stamp;
        this.version = version;
    }
}
