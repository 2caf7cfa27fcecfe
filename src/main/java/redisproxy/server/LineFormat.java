package redisproxy.server;

import java.util.logging.LogRecord;

/** Makes a line of the log. Used by one thread at a time. */
interface LineFormat {
    /**
     * Returns the line with its end.
     *
     * @param record what was logged
     * @param thread the name of the thread that did
     */
    String format(LogRecord record, String thread);
}
