package dev.pando.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What is measured beside what. A runtime that can be set up in several ways is several contenders for one column.
enum Contender {
    PANDO(Column.PANDO, ""),
    /// As it comes: at least eight threads.
    PEKKO(Column.PEKKO, "default"),
    /// One thread per processor.
    PEKKO_PROCESSORS(Column.PEKKO, "processors"),
    /// Actors on virtual threads.
    PEKKO_VIRTUAL(Column.PEKKO, "virtual"),
    /// As it comes, and virtual threads that `ask`.
    PEKKO_ASK(Column.PEKKO, "ask"),
    /// Actors on virtual threads, and virtual threads that `ask`.
    PEKKO_VIRTUAL_ASK(Column.PEKKO, "ask-virtual"),
    /// As it comes, and nobody waits for what the wire can carry.
    PEKKO_UNPACED(Column.PEKKO, "unpaced"),
    /// The receptionist of Pekko Cluster.
    PEKKO_RECEPTIONIST(Column.PEKKO, "receptionist"),
    /// Maps of Pekko's Distributed Data.
    PEKKO_DDATA(Column.PEKKO, "ddata"),
    /// Pekko's Cluster Sharding, which remembers its entities.
    PEKKO_SHARDING(Column.PEKKO, "sharding"),
    BEAM(Column.BEAM, ""),
    JDK(Column.JDK, "");

    private final Column column;
    private final String setUp;

    Contender(Column column, String setUp) {
        this.column = column;
        this.setUp = setUp;
    }

    Column column() {
        return column;
    }

    /// In which way it is set up; empty when there is only one.
    String setUp() {
        return setUp;
    }

    /// Runtime and set-up, for people.
    String title() {
        String name = column.name().toLowerCase(Locale.ROOT);
        return setUp.isEmpty() ? name : name + " " + setUp;
    }

    /// Those that differ at some work.
    static List<Contender> at(Work work) {
        return Arrays.stream(values())
                .filter(contender -> contender.takesPartIn(work))
                .toList();
    }

    private boolean takesPartIn(Work work) {
        return switch (this) {
            case PANDO -> true;
            case BEAM -> isOnTwoAtMost(work) || isAboutFew(work) || work == Work.LOOKUP;
            case PEKKO_RECEPTIONIST, PEKKO_DDATA -> isAboutFew(work);
            // A hundred losses would take it an hour.
            case PEKKO_SHARDING -> work.stage() == Stage.FAILOVER && work != Work.KILLS;
            // The library that is measured there has no groups.
            case PEKKO -> isOnTwoAtMost(work) && !isAboutGroups(work);
            case PEKKO_UNPACED -> work.isStream();
            case PEKKO_ASK, PEKKO_VIRTUAL_ASK -> work == Work.CALL1 || work == Work.CALL8;
            case JDK -> work == Work.PINGPONG || work == Work.RING;
            case PEKKO_VIRTUAL -> work.stage() == Stage.LOCAL && !isAboutMany(work);
            case PEKKO_PROCESSORS -> isOnTwoAtMost(work) && !isAboutMany(work) && !isAboutGroups(work);
        };
    }

    private static boolean isOnTwoAtMost(Work work) {
        return work.stage() == Stage.LOCAL || work.stage() == Stage.CLUSTER;
    }

    private static boolean isAboutMany(Work work) {
        return work == Work.PROCESSES || work == Work.SERVERS || work == Work.MILLION;
    }

    /// Work that has rows with few names.
    private static boolean isAboutFew(Work work) {
        return work == Work.REGISTER || work == Work.VISIBLE;
    }

    private static boolean isAboutGroups(Work work) {
        return work == Work.GROUPS || work == Work.GROUP;
    }
}
