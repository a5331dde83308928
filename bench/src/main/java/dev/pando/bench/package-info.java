/// Benchmarks of the runtime and of the cluster.
@NullMarked
package dev.pando.bench;

import org.jspecify.annotations.NullMarked;
