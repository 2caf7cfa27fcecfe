package redisproxy.auth;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The users of today, which may be replaced while the proxy runs. Thread-safe; no method blocks but {@link #replace}, which waits for its listeners. */
public final class Authority {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong generation = new AtomicLong();
    private final LoginAttempts attempts;
    private volatile Users current;

    /** Is told when the users have been replaced. */
    @FunctionalInterface
    public interface Listener {
        /** Takes in that there are other users; {@code before} were there until now. On the thread that has replaced them. */
        void replaced(Users before, Users now);
    }

    /** Begins with these users; logins that fail are counted by {@code attempts}. */
    public Authority(Users users, LoginAttempts attempts) {
        this.current = users;
        this.attempts = attempts;
    }

    /** Returns one for which nobody has a password. */
    public static Authority open() {
        return new Authority(Users.OPEN, new LoginAttempts(System::nanoTime, text -> {}));
    }

    /** Returns what counts the logins that fail, on all ports. */
    public LoginAttempts attempts() {
        return attempts;
    }

    /** Returns the users of now. They, and all principals of them, are as good as new until {@link #replace} is called. */
    public Users current() {
        return current;
    }

    /** Returns a number that grows with each {@link #replace}. */
    public long generation() {
        return generation.get();
    }

    /** Replaces all users at once. Who is logged in keeps that, unless the user is gone or has another password. */
    public synchronized void replace(Users users) {
        Users before = current;
        current = users;
        generation.incrementAndGet();
        listeners.forEach(each -> each.replaced(before, users));
    }

    /** Has a listener told from now on. */
    public void onReplace(Listener listener) {
        listeners.add(listener);
    }
}
