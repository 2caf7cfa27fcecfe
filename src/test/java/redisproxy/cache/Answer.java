package redisproxy.cache;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** What a reader got: a value, null for an absent key, or a failure. */
class Answer implements LoadListener {
    final CompletableFuture<String> value = new CompletableFuture<>();
    final AtomicInteger flushes = new AtomicInteger();

    /** Null after a hit. */
    volatile Provenance from;

    volatile boolean joined;

    /** Reads a key as both fronts do: from memory, else through a load. */
    static Answer read(ReadThroughCache cache, String key) {
        Answer answer = new Answer();
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        if (entry != null) {
            answer.hit(entry);
        } else {
            cache.load(bytes, answer);
        }
        return answer;
    }

    static Answer load(ReadThroughCache cache, String key, LoadMode mode) {
        Answer answer = new Answer();
        cache.load(key.getBytes(StandardCharsets.UTF_8), answer, mode);
        return answer;
    }

    void hit(Entry entry) {
        value.complete(entry.isAbsent() ? null : text(entry));
    }

    @Override
    public void joined() {
        joined = true;
    }

    String now() {
        assertDone();
        return value.join();
    }

    private void assertDone() {
        if (!value.isDone()) {
            throw new AssertionError("no answer yet");
        }
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        from = provenance;
        hit(entry);
    }

    @Override
    public void failed(BackingStoreException cause) {
        value.completeExceptionally(cause);
    }

    @Override
    public void flush() {
        flushes.incrementAndGet();
    }

    static String text(Entry entry) {
        return new String(entry.array(), entry.valueOffset(), entry.valueLength(), StandardCharsets.UTF_8);
    }
}
