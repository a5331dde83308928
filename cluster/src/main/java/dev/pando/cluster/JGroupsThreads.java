package dev.pando.cluster;

import org.jgroups.util.LazyThreadFactory;

/// Virtual threads, but for those that read from connections: a virtual thread that waits for bytes is woken by way of
/// two others, and there is one connection for each member.
final class JGroupsThreads extends LazyThreadFactory {

    private static final String READER = "Connection.Receiver";

    JGroupsThreads() {
        super("jgroups", true, true);
        useVirtualThreads(true);
    }

    @Override
    public Thread newThread(Runnable body, String name) {
        Thread thread = super.newThread(body, name);
        return name.startsWith(READER)
                ? Thread.ofPlatform().daemon().name(thread.getName()).unstarted(body)
                : thread;
    }
}
