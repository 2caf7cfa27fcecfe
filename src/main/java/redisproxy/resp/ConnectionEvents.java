package redisproxy.resp;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What happens to one connection, and which thread works on it. Any thread may raise an event: the connection became
 * readable, a load finished, a write ended, or one of the marks below. One thread at a time is the working thread: the
 * one that raises the number of pending events from zero. It works until it has seen every event; other threads only
 * count theirs and leave. So what belongs to the working thread needs no lock, and each working thread sees what the
 * one before it wrote.
 */
final class ConnectionEvents {
    /** The connection has been registered. */
    static final int ADMITTED = 1;
    /** Nothing more is to be read. */
    static final int DRAIN = 2;
    /** The client may have taken too long. */
    static final int SWEPT = 4;
    /** The socket is closed. */
    static final int GONE = 8;
    /** Others have been served since the connection gave way. */
    static final int TURN = 16;

    private final Runnable work;

    /** The events that have not been seen, and those that are being worked on. */
    private final AtomicInteger pending = new AtomicInteger();

    /** What has been marked and not been taken: a sum of the constants above. */
    private final AtomicInteger marks = new AtomicInteger();

    private volatile boolean readable;

    /** Makes the events of a connection; {@code work} looks at all that has happened to it. */
    ConnectionEvents(Runnable work) {
        this.work = work;
    }

    /** Raises one of the constants above. */
    void mark(int event) {
        marks.getAndUpdate(marked -> marked | event);
        raise();
    }

    /** Raises an event: this thread, or the one that is working, does the work. */
    void raise() {
        if (pending.getAndIncrement() == 0) {
            try {
                work.run();
            } finally {
                end();
            }
        }
    }

    /** Raises that the connection became readable; if this returns true, the caller works until it calls {@link #end}. */
    boolean beginReadable() {
        readable = true;
        return pending.getAndIncrement() == 0;
    }

    /** Ends the work on one event; goes on until every event has been seen. */
    void end() {
        end(1);
    }

    private void end(int seen) {
        int left = pending.addAndGet(-seen);
        try {
            while (left != 0) {
                work.run();
                left = pending.addAndGet(-left);
            }
        } finally {
            if (left != 0) {
                // The work failed: its events count as seen, and those after them are still worked on.
                end(left);
            }
        }
    }

    /** Returns whether the connection became readable since the last call. For the working thread. */
    boolean takeReadable() {
        if (!readable) {
            return false;
        }
        readable = false;
        return true;
    }

    /** Returns what has been marked since the last call. For the working thread. */
    int takeMarks() {
        // Mostly there are none, and an exchange costs more than a read.
        return marks.get() == 0 ? 0 : marks.getAndSet(0);
    }
}
