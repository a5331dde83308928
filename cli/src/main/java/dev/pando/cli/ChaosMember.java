package dev.pando.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// A node in a namespace, in a process that this one started and will end.
final class ChaosMember implements AutoCloseable {

    private static final long END_SECONDS = 10;

    private final ObjectMapper mapper = ChaosLine.mapper();
    private final String name;
    private final int start;
    private final Process process;
    private final ChaosHistory history;
    private final AtomicLong number = new AtomicLong();
    private final Map<Long, CompletableFuture<ChaosLine.Answered>> open = new ConcurrentHashMap<>();
    private volatile boolean killed;

    private ChaosMember(String name, int start, Process process, ChaosHistory history) {
        this.name = name;
        this.start = start;
        this.process = process;
        this.history = history;
    }

    /// Starts a node with the JDK and the class path of this process. Its log goes to this process's standard
    /// error.
    static ChaosMember start(List<String> inside, ChaosSettings settings, String logLevel, ChaosHistory history)
            throws IOException {
        List<String> command = new ArrayList<>(inside);
        command.addAll(NodeJvm.command(settings.name(), logLevel, "chaos-node"));
        String name = settings.name() + "@localhost";
        history.starting(name);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ChaosMember member = new ChaosMember(name, history.start(name), process, history);
        Thread.ofVirtual().start(member::listen);
        member.say(settings);
        return member;
    }

    String name() {
        return name;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            // It was killed.
        }
        open.values().forEach(asked -> asked.completeExceptionally(new IllegalStateException(name + " has ended")));
    }

    private void hear(String line) {
        try {
            switch (mapper.readValue(line, ChaosLine.class)) {
                case ChaosLine.Joined joined -> history.joined(name, joined.incarnation());
                case ChaosLine.Changed changed -> history.changed(name, start, changed);
                case ChaosLine.Sampled sampled -> history.sampled(name, start, sampled.sample());
                case ChaosLine.Answered answer -> {
                    CompletableFuture<ChaosLine.Answered> asked = open.remove(answer.number());
                    if (asked != null) {
                        asked.complete(answer);
                    }
                }
            }
        } catch (JsonProcessingException e) {
            // Half a line is what a kill leaves.
            if (!killed) {
                history.fault(name + " said what cannot be read: " + line);
            }
        }
    }

    private synchronized void say(Object line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((mapper.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    ChaosSnapshot ask(ChaosAsk.What what) {
        return ask(what, "");
    }

    /// Asks, and waits for the answer.
    ///
    /// @throws IllegalStateException when it does not answer in time, or has ended
    ChaosSnapshot ask(ChaosAsk.What what, String peer) {
        return answer(line(what, peer, 0, List.of()), ChaosLine.Answer.class).snapshot();
    }

    /// Has it claim names until it rests.
    ///
    /// @param names how many it is to hold
    /// @return how many it finds now
    int work(int names) {
        return answer(line(ChaosAsk.What.WORK, "", names, List.of()), ChaosLine.Named.class)
                .snapshot()
                .count();
    }

    /// Has it leave names and children alone; a process that is stopped will when it goes on.
    void rest() {
        tell(ChaosAsk.What.REST, List.of());
    }

    ChaosNamesSnapshot names() {
        return answer(line(ChaosAsk.What.LOOK, "", 0, List.of()), ChaosLine.Named.class)
                .snapshot();
    }

    /// Has it do something with children, and waits for nothing.
    void tell(ChaosAsk.What what, List<String> ids) {
        try {
            say(line(what, "", 0, ids));
        } catch (IOException e) {
            // Who has been killed does nothing.
            if (!killed) {
                throw new IllegalStateException(name + " cannot be asked: " + e.getMessage(), e);
            }
        }
    }

    /// Has it forget what it told of children, and call some until it rests.
    ///
    /// @param children how many; 0 for none
    void call(int children) {
        answer(line(ChaosAsk.What.WORK, "", children, List.of()), ChaosLine.Listed.class);
    }

    /// Waits until it has done what it was told.
    void await() {
        answer(line(ChaosAsk.What.WAIT, "", 0, List.of()), ChaosLine.Listed.class);
    }

    ChaosChildrenSnapshot children() {
        return answer(line(ChaosAsk.What.LOOK, "", 0, List.of()), ChaosLine.Listed.class)
                .snapshot();
    }

    private ChaosAsk line(ChaosAsk.What what, String peer, int names, List<String> ids) {
        return new ChaosAsk(number.incrementAndGet(), what, peer, names, ids);
    }

    private <A extends ChaosLine.Answered> A answer(ChaosAsk ask, Class<A> type) {
        CompletableFuture<ChaosLine.Answered> answer = new CompletableFuture<>();
        open.put(ask.number(), answer);
        try {
            say(ask);
            return type.cast(answer.get(60, TimeUnit.SECONDS));
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + name, e);
        } finally {
            open.remove(ask.number());
        }
    }

    /// Stops it where it stands, as a paused machine would.
    void pause() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String signal) {
        SystemCommand.run("sh", "-c", "kill -" + signal + " " + process.pid());
    }

    /// Ends it the hard way, with SIGKILL.
    void kill() {
        killed = true;
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
