/// Replicated registry, distributed supervisor and placement that stay available in a partition.
@NullMarked
package dev.pando.horde;

import org.jspecify.annotations.NullMarked;
