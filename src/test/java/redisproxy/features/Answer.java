package redisproxy.features;

import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.Reply;

/** What the proxy says about a key, whichever port it was asked at. */
sealed interface Answer {
    record Value(Bytes bytes) implements Answer {}

    record Absent() implements Answer {}

    /** An error, with everything that was said about it. */
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
