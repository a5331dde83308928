package dev.pando.core;

/// A message that is answered with an `R`.
public interface Call<R> {}
