package dev.pando.horde;

import dev.pando.core.NodeName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Voters of which more than half must be there for children to run; given to a placement, see
/// [Placement#withQuorum].
///
/// The voters are those that are configured, whoever is there: a node that is out of reach still counts, and one that
/// has never come. So of all sides of a partition one at most has the majority. An odd number is the right one:
/// of four voters three are needed, as of five, and a cut in the middle stops all.
///
/// A node is lost, for the majority, only after the margin: by then it has noticed that it sees too few, and has
/// stopped its children. It notices a cut within 7 seconds, as a silent peer is, and then gives its children
/// the grace; with the default margin of 10 seconds that is 3 seconds, which a child's own
/// [dev.pando.core.ChildSpec#shutdown] can only shorten.
///
/// @param voters in order of their names
/// @param margin how long a node must have been missed before others take its children over
/// @param grace how long a child may take to stop, before it is killed
public record Quorum(List<NodeName> voters, Duration margin, Duration grace) {

    private static final Duration NOTICED = Duration.ofSeconds(7);
    private static final Duration MARGIN = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(3);

    public Quorum {
        TreeSet<NodeName> sorted = new TreeSet<>(voters);
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("no voters: name the nodes that decide, such as three of them");
        }
        if (sorted.size() < voters.size()) {
            throw new IllegalArgumentException("voters " + voters + ": name each once");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace of " + grace + ": it cannot be less than nothing");
        }
        if (margin.compareTo(grace.plus(NOTICED)) < 0) {
            throw new IllegalArgumentException("a margin of " + margin + " with a grace of " + grace
                    + ": a node may notice a cut after " + NOTICED + " only, so the margin must be at least "
                    + grace.plus(NOTICED));
        }
        voters = List.copyOf(sorted);
    }

    public static Quorum of(NodeName... voters) {
        return new Quorum(Arrays.asList(voters), MARGIN, GRACE);
    }

    /// More time before others take over.
    public Quorum margin(Duration longer) {
        return new Quorum(voters, longer, grace);
    }

    /// Another time for children to stop; a longer one needs a longer margin.
    public Quorum grace(Duration other) {
        return new Quorum(voters, margin, other);
    }

    /// How many voters must be there.
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /// Whether these nodes make a majority, whoever else is among them.
    public boolean isMetBy(Collection<NodeName> nodes) {
        return voters.stream().filter(nodes::contains).count() >= majority();
    }
}
