package dev.pando.core.spi;

import java.util.random.RandomGenerator;

/// The randomness of one node; in simulation a stream split off the seed, so one node's draws do not shift
/// another's.
public interface Entropy {

    RandomGenerator random();
}
