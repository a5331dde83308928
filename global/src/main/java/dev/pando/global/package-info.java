/// Names granted by a majority of the voters, with a lease and a fencing token.
@NullMarked
package dev.pando.global;

import org.jspecify.annotations.NullMarked;
