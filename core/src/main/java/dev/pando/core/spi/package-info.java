/// The only sources of non-determinism of a node – threads, time, chance, the wire, the machine's end – as
/// interfaces, and their binding to the JVM.
@NullMarked
package dev.pando.core.spi;

import org.jspecify.annotations.NullMarked;
