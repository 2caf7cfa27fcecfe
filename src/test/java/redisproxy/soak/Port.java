package redisproxy.soak;

import java.util.List;

/** One connection to the proxy. */
interface Port extends AutoCloseable {
    /** Asks for all of these before it reads an answer, as far as the protocol answers such requests at the same time. */
    List<Answer> ask(List<String> keys);

    @Override
    void close();
}
