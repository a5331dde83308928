package dev.pando.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Streams of chance that are split off one seed by name, so that what one part of a run draws does not shift what
/// another draws.
record Chance(long seed) {

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    RandomGenerator stream(String name) {
        long mixed = seed;
        for (int i = 0; i < name.length(); i++) {
            mixed = (mixed ^ name.charAt(i)) * GOLDEN;
            mixed ^= mixed >>> 29;
        }
        return new SplittableRandom(mixed);
    }
}
