/// Cluster monitor, metrics and health of the nodes.
@NullMarked
package dev.pando.observer;

import org.jspecify.annotations.NullMarked;
