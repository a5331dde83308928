/// Benchmarks of the runtime, the cluster and its registry.
@NullMarked
package dev.pando.bench;

import org.jspecify.annotations.NullMarked;
