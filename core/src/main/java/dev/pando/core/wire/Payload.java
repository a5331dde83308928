package dev.pando.core.wire;

/// Holds one value of any type that the codec knows: a listed record or enum, or a built-in JDK value.
///
/// Record components must say what they hold; this is the one way to leave it open, still within the listed
/// types. Used for keys and values that belong to the application, such as the key of a registry entry.
public record Payload(Object value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
