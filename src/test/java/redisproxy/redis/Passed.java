package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redisproxy.testkit.Address;
import redisproxy.upstream.LoopMember;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/** What becomes of a command that is passed on. */
class Passed implements PassListener {
    private final Object client;
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final CountDownLatch isFlushed = new CountDownLatch(1);
    private volatile @Nullable RawReply reply;
    private volatile boolean inDoubt;

    Passed(Object client) {
        this.client = client;
    }

    /** How commands are passed on. If the relay is a member of an event loop, so is each recipient. */
    record Client(Relay relay, int lane, boolean isResp3) {
        /** Passes on a command that may be repeated. */
        Passed read(@Nullable String key, String... words) {
            return pass(/* isRepeatable= */ true, key, words);
        }

        /** Passes on a command that must not be sent twice, for the key behind its name if there is one. */
        Passed write(String... words) {
            return pass(/* isRepeatable= */ false, words.length > 1 ? words[1] : null, words);
        }

        /** Passes on commands together, of which some may be repeated. */
        List<Passed> together(List<String[]> commands, boolean isRepeatable) {
            List<Passed> results = new ArrayList<>();
            List<PassedCommand> passed = new ArrayList<>();
            for (String[] words : commands) {
                Passed result = new Passed(this);
                results.add(result);
                passed.add(command(isRepeatable, words.length > 1 ? words[1] : null, result, words));
            }
            relay.pass(passed);
            return results;
        }

        Passed pass(boolean isRepeatable, @Nullable String key, String... words) {
            Passed result = new Passed(this);
            relay.pass(List.of(command(isRepeatable, key, result, words)));
            return result;
        }

        PassedCommand command(boolean isRepeatable, @Nullable String key, Passed result, String... words) {
            byte[] keyBytes = key == null ? null : key.getBytes(ISO_8859_1);
            return new PassedCommand(encode(words), keyBytes, lane, isResp3, isRepeatable, System.nanoTime(), result);
        }
    }

    static byte[] encode(String... words) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + words.length + "\r\n").getBytes(ISO_8859_1));
        for (String word : words) {
            request.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(ISO_8859_1));
        }
        return request.toByteArray();
    }

    /** Waits for the reply and returns it as it was on the wire, or the error instead of it. */
    String get() {
        return end.orTimeout(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Waits for the end and returns whether the command may be executed though it has failed. */
    boolean isInDoubt() {
        String unused = get();
        return inDoubt;
    }

    boolean isReplied() {
        String unused = get();
        return reply != null;
    }

    @Override
    public void replied(RawReply replied) {
        reply = replied;
        end.complete(replied.text());
    }

    @Override
    public void failed(String error, boolean isInDoubt) {
        inDoubt = isInDoubt;
        end.complete(error);
    }

    @Override
    public void flush() {
        isFlushed.countDown();
    }

    /** Waits until the reply may be written. */
    void awaitFlush() throws InterruptedException {
        assertThat(isFlushed.await(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Override
    public Object recipient() {
        return client instanceof Client member && member.relay() instanceof LoopMember ? member.relay() : client;
    }
}
