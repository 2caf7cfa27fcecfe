package redisproxy.http;

/** Which pages may have a browser ask the port, by the policy that applies now. Thread-safe; never blocks. */
public final class Browsers {
    private volatile BrowserPolicy now;

    public Browsers(BrowserPolicy first) {
        this.now = first;
    }

    /** Returns the policy that applies: the same object until another one does. */
    public BrowserPolicy now() {
        return now;
    }

    /** Has another policy apply to requests that come from now on. */
    public void change(BrowserPolicy to) {
        if (!to.equals(now)) {
            now = to;
        }
    }
}
