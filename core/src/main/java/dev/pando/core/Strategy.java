package dev.pando.core;

/// What a supervisor restarts when one child fails.
public enum Strategy {
    /// That child only.
    ONE_FOR_ONE,
    /// All children: the others are stopped first, last started first.
    ONE_FOR_ALL,
    /// That child and those started after it.
    REST_FOR_ONE
}
