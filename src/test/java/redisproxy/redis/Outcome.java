package redisproxy.redis;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

/** What becomes of one load. */
final class Outcome implements LoadListener {
    private final CompletableFuture<Bytes> value = new CompletableFuture<>();
    private final long startedNanos = System.nanoTime();
    private volatile long endedNanos;

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        endedNanos = System.nanoTime();
        value.complete(
                entry.isAbsent()
                        ? null
                        : Bytes.of(Arrays.copyOfRange(entry.array(), entry.valueOffset(), entry.array().length)));
    }

    @Override
    public void failed(BackingStoreException cause) {
        endedNanos = System.nanoTime();
        value.completeExceptionally(cause);
    }

    boolean isDone() {
        return value.isDone();
    }

    /** The value, or null if it is absent. */
    Bytes value() {
        try {
            return value.get(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the load failed", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the load did not end", e);
        }
    }

    /** Whether there is a value, or none, but no failure. */
    boolean isSuccess() {
        try {
            value.get(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the load did not end", e);
        }
    }

    /** Whether there is this value. */
    boolean now(String expected) {
        return isSuccess() && Bytes.utf8(expected).equals(value());
    }

    BackingStoreException failure() {
        try {
            throw new AssertionError("loaded " + value.get(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (BackingStoreException) e.getCause();
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the load did not end", e);
        }
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(endedNanos - startedNanos);
    }
}
