package redisproxy.net;

import redisproxy.upstream.EventLoop;
import redisproxy.upstream.LoopMember;

/**
 * What has a connection go on when replies have come: the recipient of these for all who compare recipients, and a member of the event
 * loop that serves the connection. Thread-safe as {@code resume} is.
 */
public final class Resumption implements Runnable, LoopMember {
    private final Round round;
    private final Runnable resume;

    /** Makes one for a connection of {@code round}. */
    public Resumption(Round round, Runnable resume) {
        this.round = round;
        this.resume = resume;
    }

    @Override
    public void run() {
        resume.run();
    }

    @Override
    public EventLoop loop() {
        return round.loop();
    }
}
