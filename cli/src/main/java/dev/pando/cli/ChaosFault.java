package dev.pando.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What can happen to a network of nodes.
enum ChaosFault {
    /// Three nodes, one of them cut off.
    CUT_2_1(3, 3),
    /// Four nodes, two and two.
    CUT_2_2(4, 4),
    /// Four nodes, one of them cut off.
    CUT_3_1(4, 4),
    /// Three nodes, each alone.
    CUT_1_1_1(3, 3),
    /// Five nodes, one of them cut off.
    CUT_4_1(5, 5),
    /// Five nodes, three and two.
    CUT_3_2(5, 5),
    /// Five nodes, in three parts.
    CUT_2_2_1(5, 5),
    /// Five nodes, one of them cut off, and as it comes back two others, or it and another.
    CUT_TWICE(5, 5),
    /// Frames of one node to one or all of the others are lost; the other direction works.
    ONE_WAY(3, ChaosPlan.NODES_MAX),
    /// One node is cut off and back, ten times.
    FLAP(3, ChaosPlan.NODES_MAX),
    /// One node's link is slow and loses frames.
    SLOW(3, ChaosPlan.NODES_MAX),
    /// One node's process is stopped while the others flood it, and goes on afterwards.
    STOP(3, ChaosPlan.NODES_MAX),
    /// One node's process is killed, and started again.
    KILL(3, ChaosPlan.NODES_MAX);

    final int nodesMin;
    final int nodesMax;

    ChaosFault(int nodesMin, int nodesMax) {
        this.nodesMin = nodesMin;
        this.nodesMax = nodesMax;
    }

    /// Those that there can be among so many nodes.
    static List<ChaosFault> among(int nodes) {
        return Arrays.stream(values()).filter(fault -> fault.nodesMin <= nodes).toList();
    }

    /// Whether it leaves the nodes of one part alone with each other.
    boolean isClean() {
        return switch (this) {
            case CUT_2_1, CUT_2_2, CUT_3_1, CUT_1_1_1, CUT_4_1, CUT_3_2, CUT_2_2_1, CUT_TWICE, STOP, KILL -> true;
            case ONE_WAY, FLAP, SLOW -> false;
        };
    }

    /// Whether it parts nodes that run from each other, once and for as long as it lasts.
    boolean isCut() {
        return switch (this) {
            case CUT_2_1, CUT_2_2, CUT_3_1, CUT_1_1_1, CUT_4_1, CUT_3_2, CUT_2_2_1 -> true;
            case CUT_TWICE, ONE_WAY, FLAP, SLOW, STOP, KILL -> false;
        };
    }

    /// As it is given on the command line, where case does not matter.
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
