package redisproxy.features;

import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.Reply;

/** The proxy's answer about a key, over either port. */
sealed interface Answer {
    record Value(Bytes bytes) implements Answer {}

    record Absent() implements Answer {}

    /** An error with its whole text. */
    record Failure(String text) implements Answer {}

    static Answer of(HttpAnswer answer) {
        return switch (answer.status()) {
            case 200 -> new Value(answer.body());
            case 404 -> new Absent();
            default -> new Failure(answer.toString());
        };
    }

    static Answer of(Reply reply) {
        if (reply instanceof Reply.Bulk bulk) {
            return new Value(bulk.bytes());
        }
        return reply instanceof Reply.Nil ? new Absent() : new Failure(reply.toString());
    }
}
