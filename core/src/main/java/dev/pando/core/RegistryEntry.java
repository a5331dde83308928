package dev.pando.core;

/// One process under one key of a registry.
///
/// @param token when it was registered; the entries of one key are in the order of their tokens
public record RegistryEntry(Object key, Pid pid, Object value, Token token) {}
