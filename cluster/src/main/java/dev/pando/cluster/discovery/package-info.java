/// Nodes that find each other: strategies that say where nodes listen, and topologies that connect to them.
@NullMarked
package dev.pando.cluster.discovery;

import org.jspecify.annotations.NullMarked;
