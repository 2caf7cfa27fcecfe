package redisproxy.redis;

import redisproxy.cache.TrackingStatus;

/** What was counted of the tracking of masters that have been replaced. Thread-safe. */
final class PastMasters {
    private volatile TrackingStatus past = TrackingStatus.OFF;

    /** Adds a master that is replaced. Called by one thread at a time. */
    void add(TrackingStatus replaced) {
        past = with(replaced);
    }

    /** Returns the state of the present master, with the counts of those before. */
    TrackingStatus with(TrackingStatus present) {
        TrackingStatus before = past;
        return new TrackingStatus(
                present.state(),
                present.detail(),
                present.confirmations() + before.confirmations(),
                present.losses() + before.losses(),
                present.messages() + before.messages(),
                present.heartbeatMicros());
    }
}
