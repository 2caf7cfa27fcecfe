package redisproxy.fuzz;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Plays conversations with a proxy: sends and reads at the same time, and throws on an answer that is not the right one. */
final class Player {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Address resp;
    private final Address http;

    Player(Address resp, Address http) {
        this.resp = resp;
        this.http = http;
    }

    /** Draws a conversation, and plays it. */
    void play(Choices choices) {
        if (choices.onceIn(4)) {
            Conversation conversation = new HttpScript(choices).draw();
            try (HttpWire wire = new HttpWire(HttpConnection.connect(http))) {
                play(conversation, wire);
            }
        } else {
            Conversation conversation = new RespScript(choices).draw();
            try (RespWire wire = new RespWire(RespClient.connect(resp))) {
                play(conversation, wire);
            }
        }
    }

    private static void play(Conversation conversation, Wire wire) {
        CompletableFuture<Void> sender = CompletableFuture.runAsync(
                () -> send(conversation, wire), task -> new Thread(task, "conversation").start());
        try {
            read(conversation, wire);
        } finally {
            if (conversation.end() != Conversation.End.ABRUPT) {
                wire.close();
            }
            sender.join();
        }
    }

    private static void send(Conversation conversation, Wire wire) {
        for (int i = 0; i < conversation.pieces().size(); i++) {
            wire.send(conversation.pieces().get(i));
            if (conversation.pauses().contains(i)) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        switch (conversation.end()) {
            case HALF_CLOSED -> wire.finishSending();
            case ABRUPT -> wire.close();
            case AFTER_ALL_ANSWERS, BY_THE_PROXY -> {}
        }
    }

    private static void read(Conversation conversation, Wire wire) {
        String words = "the end";
        try {
            for (Conversation.Answer answer : conversation.answers()) {
                words = answer.words();
                Object read = wire.read();
                if (conversation.mayBeRefused() && wire.isRefusal(read)) {
                    return;
                }
                answer.check().accept(read);
            }
            words = "the end";
            if (conversation.end() == Conversation.End.BY_THE_PROXY
                    || conversation.end() == Conversation.End.HALF_CLOSED) {
                wire.readToEnd();
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw new IllegalStateException(words + " is not answered", e);
            }
            if (!conversation.mayBeRefused() && conversation.end() != Conversation.End.ABRUPT) {
                throw new IllegalStateException("closed by the proxy in place of an answer to " + words, e);
            }
        }
    }

    private sealed interface Wire extends AutoCloseable {
        void send(Bytes bytes);

        void finishSending();

        Object read();

        boolean isRefusal(Object read);

        void readToEnd();

        @Override
        void close();
    }

    private record RespWire(RespClient client) implements Wire {
        @Override
        public void send(Bytes bytes) {
            client.sendUntilRefused(bytes);
        }

        @Override
        public void finishSending() {
            try {
                client.finishSending();
            } catch (UncheckedIOException closed) {
                // The reader finds out whether it may be.
            }
        }

        @Override
        public Object read() {
            return client.read();
        }

        @Override
        public boolean isRefusal(Object read) {
            return read instanceof Reply.Failure failure
                    && failure.text().startsWith("ERR Protocol error: too big request");
        }

        @Override
        public void readToEnd() {
            Bytes unused = client.readToEnd();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private record HttpWire(HttpConnection client) implements Wire {
        @Override
        public void send(Bytes bytes) {
            client.sendUntilRefused(bytes);
        }

        @Override
        public void finishSending() {
            try {
                client.finishSending();
            } catch (UncheckedIOException closed) {
                // The reader finds out whether it may be.
            }
        }

        @Override
        public Object read() {
            return client.read();
        }

        @Override
        public boolean isRefusal(Object read) {
            return read instanceof HttpAnswer answer && answer.status() == 503;
        }

        @Override
        public void readToEnd() {
            Bytes unused = client.readToEnd();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
