package dev.pando.cluster.discovery;

import dev.pando.core.spi.Clock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One lookup: questions to DNS servers, several at a time, until a deadline. What is not answered
/// is noted, and told when nothing else is.
///
/// Nothing is cached, for however long a record may live: that is the servers' business.
final class DnsLookup {

    private static final int AT_ONCE_MAX = 32;
    private static final int FAULTS_SHOWN_MAX = 8;

    record Question(Name name, int type) {
        @Override
        public String toString() {
            return name + " " + Type.string(type);
        }
    }

    private sealed interface Reply {
        record Answer(Question question, Message message) implements Reply {}

        record Fault(Question question, Kind kind, String text) implements Reply {}

        Question question();
    }

    /// What a missing answer means; of several the first one says what to do.
    private enum Kind {
        SILENT("see that the server runs, and can be reached by UDP and TCP"),
        REFUSED("see the server's log"),
        EMPTY("the name exists, and nobody is there yet: "),
        UNKNOWN("there is no such name, or not yet: ");

        private final String advice;

        Kind(String advice) {
            this.advice = advice;
        }
    }

    private final DnsSource source;
    private final DnsServers servers;
    private final Resolver resolver;
    private final Clock clock;
    private final Duration limit;
    private final long startNanos;
    private final List<Reply.Fault> faults = new ArrayList<>();

    DnsLookup(DnsSource source, DnsServers servers, Clock clock, Duration limit) {
        this.source = source;
        this.servers = servers;
        this.resolver = servers.resolver(limit);
        this.clock = clock;
        this.limit = limit;
        this.startNanos = clock.nanos();
    }

    /// What a name may stand for, in the order in which it is tried.
    List<Name> expand(Name name) {
        return servers.expand(name);
    }

    /// The addresses of names, of both families; a name that has none, or none that came, is left
    /// out.
    SortedMap<Name, SortedSet<String>> hosts(Collection<Name> names) throws InterruptedException {
        List<Question> questions = new ArrayList<>();
        for (Name name : names) {
            questions.add(new Question(name, Type.A));
            questions.add(new Question(name, Type.AAAA));
        }
        SortedMap<Name, SortedSet<String>> hosts = new TreeMap<>();
        ask(questions).forEach((question, answer) -> {
            for (Record found : answer.getSection(Section.ANSWER)) {
                // An alias has led there: the record bears another name than the question.
                add(hosts, question.name(), found);
            }
        });
        return hosts;
    }

    /// Notes a record when it is an address.
    static void add(SortedMap<Name, SortedSet<String>> hosts, Name name, Record found) {
        switch (found) {
            case ARecord a -> add(hosts, name, a.getAddress().getHostAddress());
            case AAAARecord a -> add(hosts, name, a.getAddress().getHostAddress());
            default -> {}
        }
    }

    private static void add(SortedMap<Name, SortedSet<String>> hosts, Name name, String address) {
        hosts.computeIfAbsent(name, _ -> new TreeSet<>()).add(address);
    }

    /// The answers that came until the deadline, and hold what was asked for.
    Map<Question, Message> ask(Collection<Question> questions) throws InterruptedException {
        Map<Question, Message> answers = new LinkedHashMap<>();
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        Iterator<Question> rest = questions.iterator();
        Set<Question> open = new LinkedHashSet<>();
        while (rest.hasNext() || !open.isEmpty()) {
            while (rest.hasNext() && open.size() < AT_ONCE_MAX && leftNanos() > 0) {
                Question next = rest.next();
                open.add(next);
                send(next, replies);
            }
            Reply reply = replies.poll(leftNanos(), TimeUnit.NANOSECONDS);
            if (reply == null) {
                rest.forEachRemaining(open::add);
                open.forEach(question -> faults.add(silent(question)));
                return answers;
            }
            open.remove(reply.question());
            switch (reply) {
                case Reply.Answer(Question question, Message message) -> answers.put(question, message);
                case Reply.Fault fault -> faults.add(fault);
            }
        }
        return answers;
    }

    private long leftNanos() {
        return limit.toNanos() - (clock.nanos() - startNanos);
    }

    private void send(Question question, Queue<Reply> replies) {
        Message query = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
        // In the library's own thread, which reads all sockets: there is nothing in it that waits.
        resolver.sendAsync(query, Runnable::run)
                .thenApply(answer -> answer.normalize(query))
                .whenComplete((answer, failure) -> replies.add(reply(question, answer, failure)));
    }

    private Reply reply(Question question, @Nullable Message answer, @Nullable Throwable failure) {
        if (failure != null) {
            return failed(question, failure);
        }
        if (answer == null) {
            return new Reply.Fault(question, Kind.REFUSED, "an answer that contradicts itself");
        }
        return switch (answer.getRcode()) {
            case Rcode.NOERROR -> answered(question, answer);
            case Rcode.NXDOMAIN -> new Reply.Fault(question, Kind.UNKNOWN, "NXDOMAIN");
            default -> new Reply.Fault(question, Kind.REFUSED, Rcode.string(answer.getRcode()));
        };
    }

    private static Reply answered(Question question, Message answer) {
        boolean any = answer.getSection(Section.ANSWER).stream().anyMatch(found -> found.getType() == question.type());
        return any ? new Reply.Answer(question, answer) : new Reply.Fault(question, Kind.EMPTY, "no record");
    }

    private Reply failed(Question question, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof SocketTimeoutException
                ? silent(question)
                : new Reply.Fault(question, Kind.SILENT, cause.toString());
    }

    private Reply.Fault silent(Question question) {
        return new Reply.Fault(question, Kind.SILENT, "no answer within " + limit.toMillis() + " ms");
    }

    /// What was found.
    ///
    /// @throws IOException when that is nothing: an empty answer would mean that all nodes are
    ///     gone
    List<Endpoint> found(SortedSet<Endpoint> endpoints) throws IOException {
        if (endpoints.isEmpty()) {
            throw new IOException("no node at " + source.subject() + ", asked of " + servers + ": " + shown() + "; "
                    + advice(faults.stream()
                            .map(Reply.Fault::kind)
                            .min(Comparator.naturalOrder())
                            .orElse(Kind.EMPTY)));
        }
        return List.copyOf(endpoints);
    }

    private String shown() {
        if (faults.isEmpty()) {
            return "no record that says where";
        }
        List<String> texts = faults.stream()
                .map(fault -> fault.question() + " " + fault.text())
                .sorted()
                .toList();
        return texts.size() <= FAULTS_SHOWN_MAX
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, FAULTS_SHOWN_MAX)) + " and " + (texts.size() - FAULTS_SHOWN_MAX)
                        + " more";
    }

    private String advice(Kind kind) {
        return switch (kind) {
            case SILENT, REFUSED -> kind.advice;
            case EMPTY, UNKNOWN -> kind.advice + source.advice();
        };
    }
}
