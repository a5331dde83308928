package dev.pando.core;

/// Nothing came for as long as [Self#idleAfter] said.
public record Idle() implements Notice {}
