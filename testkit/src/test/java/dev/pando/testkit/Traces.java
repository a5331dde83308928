package dev.pando.testkit;

/// Prints the hashes of the traces of so many seeds, a line each: of one node, and of a cluster.
final class Traces {

    public static void main(String[] args) {
        for (long seed = 0; seed < Long.parseLong(args[0]); seed++) {
            System.out.println(Long.toHexString(SimulationTest.chat(seed).hash()));
            System.out.println(Long.toHexString(SimulatedClusterTest.talk(seed).hash()));
        }
    }

    private Traces() {}
}
