package dev.pando.core;

/// The outcome of claiming a key.
public sealed interface Registration {

    /// The key is held now, under this token.
    record Registered(Token token) implements Registration {}

    /// Another process – or this one – held the key already.
    record Taken(Pid pid) implements Registration {}
}
