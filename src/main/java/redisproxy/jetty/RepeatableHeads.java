package redisproxy.jetty;

import redisproxy.http.BrowserPolicy;
import redisproxy.http.Browsers;

/** The heads that connections have learned under the policy for browsers that applies now. Thread-safe; never blocks. */
final class RepeatableHeads {
    private final Browsers browsers;
    private volatile State state;

    RepeatableHeads(Browsers browsers) {
        this.browsers = browsers;
        this.state = new State(browsers.now(), new LearnedHeads());
    }

    /** A policy, and the heads that have been learned under it and no other. */
    record State(BrowserPolicy policy, LearnedHeads heads) {}

    /** Returns the policy that applies, and its heads: none at first. */
    @SuppressWarnings("ReferenceEquality") // another policy is another object
    State now() {
        BrowserPolicy policy = browsers.now();
        State present = state;
        if (present.policy != policy) {
            // If two threads come here, what one of them learns may be forgotten, and is learned again.
            present = new State(policy, new LearnedHeads());
            state = present;
        }
        return present;
    }
}
