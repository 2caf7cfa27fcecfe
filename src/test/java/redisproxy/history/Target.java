package redisproxy.history;

import java.util.List;
import redisproxy.testkit.Reply;

/** What clients read from and write to. Thread-safe. */
interface Target {
    /** Opens what one client uses. */
    Session open();

    /** One client's connection. Not thread-safe. */
    interface Session extends AutoCloseable {
        /**
         * Sends these commands together, and returns their replies. An exception or an error in place of a reply means that the fate of
         * all is unknown.
         */
        List<Reply> call(List<String[]> commands);

        @Override
        void close();
    }
}
