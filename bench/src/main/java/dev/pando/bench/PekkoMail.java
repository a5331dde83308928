package dev.pando.bench;

import org.apache.pekko.actor.typed.ActorRef;

/// What Pekko's two nodes say to each other. [PekkoFormat] writes and reads it.
sealed interface PekkoMail {

    record Ask(long number, ActorRef<Answer> replyTo) implements PekkoMail {}

    record Answer(long number) implements PekkoMail {}

    @SuppressWarnings("ArrayRecordComponent") // nobody compares letters
    record Letter(byte[] text) implements PekkoMail {}

    record Report(ActorRef<Total> replyTo) implements PekkoMail {}

    /// All since the start.
    record Total(long letters, long bytes) implements PekkoMail {}
}
