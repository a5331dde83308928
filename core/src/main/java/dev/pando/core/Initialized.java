package dev.pando.core;

/// A behaviour begun with [Self#launch] has finished its initialisation and serves.
public record Initialized(Pid pid) implements Signal {}
