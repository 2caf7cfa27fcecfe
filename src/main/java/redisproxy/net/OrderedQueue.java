package redisproxy.net;

import org.jspecify.annotations.Nullable;

/**
 * Replies of one connection that could not be written at once, in the order of the requests. Any thread may complete a reply;
 * the queue itself belongs to the thread that has the connection, which takes replies from the head as they become ready. An
 * empty queue holds no memory.
 *
 * @param <T> the replies
 */
public final class OrderedQueue<T extends OrderedQueue.Pending> {
    /** A reply that is ready now or later. */
    public interface Pending {
        /**
         * Returns whether the reply is complete; if so, what was written before it became complete is visible to the caller.
         * Thread-safe.
         */
        boolean isReady();

        /** Called when the queue has done with it; it may not be complete by then. */
        default void done() {}
    }

    private @Nullable Node<T> head;
    private @Nullable Node<T> tail;
    private int size;
    private long bytes;

    /**
     * Adds a reply behind all others.
     *
     * @param replyBytes its size, or an estimate, which counts until it is taken
     */
    public void add(T reply, int replyBytes) {
        Node<T> added = new Node<>(reply, replyBytes);
        if (tail == null) {
            head = added;
        } else {
            tail.next = added;
        }
        tail = added;
        size++;
        bytes += replyBytes;
    }

    /** Returns the reply at the head if it is ready, or null. */
    public @Nullable T ready() {
        return head != null && head.reply.isReady() ? head.reply : null;
    }

    /** Removes the reply at the head, of which there must be one. */
    public void remove() {
        Node<T> removed = head;
        if (removed == null) {
            throw new IllegalStateException("the queue is empty");
        }
        head = removed.next;
        if (head == null) {
            tail = null;
        }
        size--;
        bytes -= removed.bytes;
        removed.reply.done();
    }

    /** Returns whether no reply waits. */
    public boolean isEmpty() {
        return head == null;
    }

    /** Returns how many replies wait. */
    public int size() {
        return size;
    }

    /** Returns how many bytes the replies that wait count for. */
    public long bytes() {
        return bytes;
    }

    /** Forgets all replies. */
    public void clear() {
        for (Node<T> each = head; each != null; each = each.next) {
            each.reply.done();
        }
        head = null;
        tail = null;
        size = 0;
        bytes = 0;
    }

    private static final class Node<T> {
        final T reply;
        final int bytes;

        @Nullable
        Node<T> next;

        Node(T reply, int bytes) {
            this.reply = reply;
            this.bytes = bytes;
        }
    }
}
