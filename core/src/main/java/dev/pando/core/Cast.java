package dev.pando.core;

/// A message that is not answered.
public interface Cast {}
