package redisproxy.resp;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.RawReply;

/**
 * The requests of one client that Redis has not replied to, in their order, and to which of them that is a reply which arrives: messages of
 * channels, and what the client monitors, come between the replies. Not thread-safe.
 */
final class AwaitedReplies {
    private final ArrayDeque<OwnRequest> requests = new ArrayDeque<>();
    private final Subscriptions subscriptions;

    /** Makes an empty one; {@code subscriptions} learn what is confirmed. */
    AwaitedReplies(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /** What something that has arrived is. */
    enum Kind {
        /** The reply to a request, or the last part of it. */
        REPLY,
        /** What the client gets unasked. */
        MESSAGE,
        /** What tells the client nothing, or not yet. */
        NOTHING,
        /** A reply to no request. */
        STRAY
    }

    /** What has arrived; {@code request} is that of a reply, and else null. */
    record Arrival(Kind kind, @Nullable OwnRequest request, List<RawReply> replies) {
        private static Arrival of(Kind kind) {
            return new Arrival(kind, null, List.of());
        }
    }

    void add(OwnRequest request) {
        requests.add(request);
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    int size() {
        return requests.size();
    }

    /** Returns the request whose reply comes next, or null. */
    @Nullable
    OwnRequest first() {
        return requests.peek();
    }

    /** Returns the request that was sent last, or null. */
    @Nullable
    OwnRequest last() {
        return requests.peekLast();
    }

    /** Whether one of the requests is about subscriptions. */
    boolean haveSubscribing() {
        return requests.stream().anyMatch(request -> OwnCommands.subscribes(request.name()));
    }

    /** Says what has arrived over a connection of this version of the protocol. The request of a reply is awaited no more. */
    Arrival match(RawReply raw, boolean isResp3) {
        if (subscriptions.isOfMonitor(raw)) {
            return Arrival.of(Kind.MESSAGE);
        }
        OwnRequest first = requests.peek();
        List<RawReply> replies = List.of(OwnCommands.withoutRedirection(raw));
        String kind = kind(raw, first, isResp3);
        if (kind != null) {
            if (first == null || !first.name().equals(kind)) {
                subscriptions.note(kind, raw);
                return Arrival.of(Kind.MESSAGE);
            }
            replies = subscriptions.confirm(first, kind, raw);
            if (replies == null) {
                return Arrival.of(Kind.NOTHING);
            }
        } else if (raw.type() == '>') {
            return Arrival.of(Kind.NOTHING);
        }
        OwnRequest request = requests.poll();
        return request == null ? Arrival.of(Kind.STRAY) : new Arrival(Kind.REPLY, request, replies);
    }

    /** Returns the kind of a message or confirmation, or null if it is a reply. */
    private @Nullable String kind(RawReply raw, @Nullable OwnRequest first, boolean isResp3) {
        // In RESP2 they look as replies do, and come only while the client may ask for nothing else.
        boolean mayBe = raw.type() == '>'
                || (!isResp3
                        && raw.type() == '*'
                        && (subscriptions.areAny() || (first != null && OwnCommands.subscribes(first.name()))));
        return mayBe ? Subscriptions.kind(raw) : null;
    }

    /** Moves all requests to {@code lost}: their replies will not come. */
    void moveTo(List<OwnRequest> lost) {
        lost.addAll(requests);
        requests.clear();
    }
}
