/// Nodes that find each other, join over the engine and exchange signals through sessions.
@NullMarked
package dev.pando.cluster;

import org.jspecify.annotations.NullMarked;
