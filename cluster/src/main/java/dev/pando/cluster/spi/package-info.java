/// What a cluster takes from the network: membership and reliable frames between members.
@NullMarked
package dev.pando.cluster.spi;

import org.jspecify.annotations.NullMarked;
