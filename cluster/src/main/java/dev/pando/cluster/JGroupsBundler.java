package dev.pando.cluster;

import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;

/// A bundler with a thread for each member, so that one that hangs holds up no other.
///
/// JGroups' own starts such a thread for a message that comes after it was stopped, and nobody ends it.
final class JGroupsBundler extends PerDestinationBundler {

    private volatile boolean running;

    JGroupsBundler(int sizeMax) {
        setMaxSize(sizeMax);
        useSingleSenderThread(false);
        removeDelay(200);
    }

    @Override
    public void start() {
        running = true;
        super.start();
    }

    @Override
    public void stop() {
        running = false;
        super.stop();
    }

    @Override
    public void doSend(Message message) throws Exception {
        if (running) {
            super.doSend(message);
        }
        if (!running) {
            // Stopped meanwhile, and perhaps before the thread was there.
            super.stop();
        }
    }
}
