package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What happens to requests that the master does not answer which Sentinels have named: they may be about to name another one. Thread-safe. */
final class SentinelRerouting implements Rerouting {
    /** Errors of a server that is no master any more, or not yet. */
    private static final Pattern NOT_SERVING = Pattern.compile("(LOADING|MASTERDOWN|READONLY)\\b.*", Pattern.DOTALL);

    private static final long ERROR_PAUSE_MILLIS = 100;

    private final RedisConfig config;
    private final Sentinels sentinels;
    private final Consumer<List<KeyRequest>> hold;
    private final Runnable onFailure;

    /** A master that answers by an error is asked again from this moment on. */
    private volatile long quietUntilNanos = System.nanoTime();

    /**
     * Makes what has requests wait.
     *
     * @param config says how long a request may wait
     * @param hold has requests wait for a master
     * @param onFailure is run when the master does not answer
     */
    SentinelRerouting(RedisConfig config, Sentinels sentinels, Consumer<List<KeyRequest>> hold, Runnable onFailure) {
        this.config = config;
        this.sentinels = sentinels;
        this.hold = hold;
        this.onFailure = onFailure;
    }

    /** Returns whether an error is that of a server that does not serve at present. */
    static boolean isNotServing(String error) {
        return NOT_SERVING.matcher(error).matches();
    }

    /** Whether a master that has answered by an error is not asked again yet. */
    boolean isQuiet() {
        return System.nanoTime() - quietUntilNanos < 0;
    }

    @Override
    public boolean takesOver(Request request, String error) {
        // A command that is passed on gets the error itself.
        if (!(request instanceof KeyRequest keyed) || request instanceof PassRequest || !isNotServing(error)) {
            return false;
        }
        sentinels.refresh();
        if (request.waitedNanos() >= config.timeout().toNanos()) {
            return false;
        }
        long millis = ThreadLocalRandom.current().nextLong(ERROR_PAUSE_MILLIS / 2, ERROR_PAUSE_MILLIS + 1);
        quietUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        hold.accept(List.of(keyed));
        return true;
    }

    @Override
    public List<Request> takeOver(List<Request> unfinished) {
        List<Request> rest = new ArrayList<>();
        List<KeyRequest> wanted = new ArrayList<>();
        for (Request request : unfinished) {
            if (request instanceof KeyRequest keyed) {
                wanted.add(keyed);
            } else {
                rest.add(request);
            }
        }
        hold.accept(wanted);
        return rest;
    }

    @Override
    public boolean awaitsSuccessor() {
        return sentinels.isTold();
    }

    @Override
    public void serverFailed() {
        sentinels.refresh();
        onFailure.run();
    }
}
