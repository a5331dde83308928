package dev.pando.core;

/// What a part of the runtime tells its subscribers, such as the coming and going of nodes. Implemented by
/// records.
public non-sealed interface Notice extends Signal {}
