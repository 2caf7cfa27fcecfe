package redisproxy.soak;

import java.util.List;

/** One connection to the proxy. */
interface Port extends AutoCloseable {
    /** Sends requests for all of these before it reads an answer, if the protocol serves such requests together. */
    List<Answer> ask(List<String> keys);

    @Override
    void close();
}
