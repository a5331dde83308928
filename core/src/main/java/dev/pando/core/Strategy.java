package dev.pando.core;

/// What a supervisor restarts when one child fails.
public enum Strategy {
    /// That child only.
    ONE_FOR_ONE
}
