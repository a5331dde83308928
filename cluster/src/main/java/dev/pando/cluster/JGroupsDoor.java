package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLException;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jspecify.annotations.Nullable;

/// A server socket that hands out connections which have greeted as a node does, or ended their TLS handshake.
///
/// JGroups waits for the greeting in the thread that accepts: a few connections that say nothing would keep all others
/// waiting. Here each is waited for by itself, for a short time, and when too many are, the oldest gives way.
final class JGroupsDoor extends ServerSocket {

    static final int HALF_OPEN_MAX = 64;
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int BACKLOG = 256;
    private static final long RETRY_NANOS = 10_000_000;
    private static final int QUEUE_MAX = 256;
    private static final int HEAD_BYTES = 9;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final @Nullable Tls tls;
    private final JGroupsReporter reporter;
    private final BiPredicate<Integer, Integer> accepted;
    private final AtomicBoolean listening = new AtomicBoolean();
    private final BlockingQueue<Socket> greeted = new LinkedBlockingQueue<>(QUEUE_MAX);
    private final Deque<Guest> halfOpen = new ArrayDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger total = new AtomicInteger();

    JGroupsDoor(@Nullable Tls tls, JGroupsReporter reporter, BiPredicate<Integer, Integer> accepted)
            throws IOException {
        this.tls = tls;
        this.reporter = reporter;
        this.accepted = accepted;
    }

    /// A connection that remembers the greeting which was read from it.
    private static final class Guest extends Socket {

        private final AtomicBoolean counted = new AtomicBoolean(true);
        private final AtomicInteger open;
        private volatile byte[] greeting = new byte[0];

        Guest(AtomicInteger open) throws SocketException {
            super((SocketImpl) null);
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream in = super.getInputStream();
            return greeting.length == 0 ? in : new SequenceInputStream(new ByteArrayInputStream(greeting), in);
        }

        @Override
        public void close() throws IOException {
            if (counted.getAndSet(false)) {
                open.decrementAndGet();
            }
            super.close();
        }
    }

    /// The next connection that has greeted, waiting for it.
    @Override
    public Socket accept() throws IOException {
        if (!listening.getAndSet(true)) {
            Thread.ofVirtual().name("pando-door-" + getLocalPort()).start(this::listen);
        }
        try {
            Socket next = greeted.take();
            while (!isClosed()) {
                if (!next.isClosed()) {
                    return next;
                }
                next = greeted.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SocketException("Socket closed");
    }

    private void listen() {
        while (!isClosed()) {
            try {
                Guest guest = new Guest(open);
                try {
                    implAccept(guest);
                } catch (IOException e) {
                    guest.close();
                    throw e;
                }
                receive(guest);
            } catch (IOException e) {
                if (!isClosed()) {
                    reporter.refused(Refusal.HALF_OPEN, getLocalSocketAddress(), "cannot accept: " + e.getMessage());
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    private void receive(Guest guest) throws IOException {
        Guest oldest = null;
        synchronized (halfOpen) {
            halfOpen.add(guest);
            if (halfOpen.size() > HALF_OPEN_MAX) {
                oldest = halfOpen.remove();
            }
        }
        if (oldest != null) {
            refuse(Refusal.HALF_OPEN, oldest, "it had not greeted when others came");
        }
        Thread greeter = Thread.ofVirtual().name("pando-greeter").start(() -> greet(guest));
        Thread.ofVirtual().name("pando-greeter-clock").start(() -> hurry(guest, greeter));
        if (accepted.test(open.get(), total.incrementAndGet())) {
            total.set(0);
        }
    }

    private void hurry(Guest guest, Thread greeter) {
        try {
            if (!greeter.join(PATIENCE) && isHalfOpen(guest)) {
                refuse(Refusal.HALF_OPEN, guest, "it had not greeted after " + PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes a connection out of those that are waited for; `false` when it was out already.
    private boolean isHalfOpen(Guest guest) {
        synchronized (halfOpen) {
            return halfOpen.remove(guest);
        }
    }

    private void greet(Guest guest) {
        try {
            guest.setSoTimeout((int) PATIENCE.toMillis());
            Socket ready = tls == null ? greeting(guest) : tls.server(guest);
            ready.setSoTimeout(0);
            if (isHalfOpen(guest) && !greeted.offer(ready)) {
                refuse(Refusal.HALF_OPEN, guest, "too many have greeted at once");
            }
        } catch (SSLException e) {
            boolean left = e.getCause() instanceof EOFException;
            refuseHalfOpen(left ? Refusal.HALF_OPEN : Refusal.TLS, guest, String.valueOf(e.getMessage()));
        } catch (EOFException | SocketException | SocketTimeoutException e) {
            refuseHalfOpen(Refusal.HALF_OPEN, guest, "it went before it had greeted");
        } catch (IOException e) {
            refuseHalfOpen(Refusal.GREETING, guest, String.valueOf(e.getMessage()));
        }
        if (isClosed()) {
            close(guest);
        }
    }

    private static Socket greeting(Guest guest) throws IOException {
        InputStream in = guest.getInputStream();
        byte[] head = in.readNBytes(HEAD_BYTES);
        int same = Arrays.mismatch(head, Connection.cookie);
        if (same >= 0 && same < Math.min(head.length, Connection.cookie.length)) {
            throw new IOException("its first bytes are not a node's; does it use TLS, or is it no node?");
        }
        if (head.length < HEAD_BYTES) {
            throw new EOFException();
        }
        short version = (short) ((head[4] << 8) | (head[5] & 0xFF));
        if (!Version.isBinaryCompatible(version)) {
            throw new IOException("the version of its engine is another one: " + Version.print(version));
        }
        int address = head[HEAD_BYTES - 1];
        if (address != IPV4_BYTES && address != IPV6_BYTES) {
            throw new IOException("its address is of " + address + " bytes");
        }
        int left = address + Short.BYTES + (address == IPV6_BYTES ? Integer.BYTES : 0);
        byte[] rest = in.readNBytes(left);
        if (rest.length < left) {
            throw new EOFException();
        }
        byte[] greeting = Arrays.copyOf(head, HEAD_BYTES + left);
        System.arraycopy(rest, 0, greeting, HEAD_BYTES, left);
        guest.greeting = greeting;
        return guest;
    }

    private void refuseHalfOpen(Refusal kind, Guest guest, String why) {
        if (isHalfOpen(guest)) {
            refuse(kind, guest, why);
        } else {
            close(guest);
        }
    }

    private void refuse(Refusal kind, Guest guest, String why) {
        if (!isClosed()) {
            reporter.refused(kind, String.valueOf(guest.getRemoteSocketAddress()), why);
        }
        close(guest);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    @Override
    public void bind(SocketAddress endpoint) throws IOException {
        bind(endpoint, BACKLOG);
    }

    @Override
    public void close() throws IOException {
        super.close();
        synchronized (halfOpen) {
            halfOpen.forEach(JGroupsDoor::close);
            halfOpen.clear();
        }
        greeted.forEach(JGroupsDoor::close);
        greeted.clear();
        // Wakes who waits in accept.
        greeted.offer(new Socket());
    }
}
