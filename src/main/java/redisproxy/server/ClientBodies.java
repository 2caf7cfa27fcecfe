package redisproxy.server;

import redisproxy.http.BodyMemory;
import redisproxy.net.ClientMemory;
import redisproxy.net.ClientShare;

/** Counts the bodies of HTTP requests as a part of the memory of all clients. Thread-safe. */
final class ClientBodies implements BodyMemory {
    private final ClientMemory memory;

    ClientBodies(ClientMemory memory) {
        this.memory = memory;
    }

    @Override
    public Share share(Runnable giveUp) {
        return new Body(memory, giveUp);
    }

    @Override
    public long mostOfAll() {
        return memory.maxBytes();
    }

    private static final class Body implements Share, ClientShare.Holder {
        private final ClientShare share;
        private final Runnable giveUp;
        private final long begunNanos = System.nanoTime();
        private volatile boolean isComplete;

        Body(ClientMemory memory, Runnable giveUp) {
            this.giveUp = giveUp;
            this.share = memory.share(this);
        }

        @Override
        public boolean hold(long bytes) {
            return share.hold(bytes);
        }

        @Override
        public void complete() {
            isComplete = true;
        }

        @Override
        public void end() {
            share.close();
        }

        @Override
        public long waitedNanos(long now) {
            return isComplete ? IN_PROCESS : now - begunNanos;
        }

        @Override
        public void closeForMemory() {
            giveUp.run();
        }
    }
}
