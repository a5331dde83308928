package dev.pando.core;

/// Asks a server or supervisor for its state; the runtime's own request, answered by the loop.
record StateRequest() implements Call<Object> {}
