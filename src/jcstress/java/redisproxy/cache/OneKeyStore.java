package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** A backing store that gives one value for all keys, on the calling thread. */
final class OneKeyStore implements BackingStore {
    volatile String value = "old";

    @Override
    public void load(List<? extends Load> loads) {
        for (Load load : loads) {
            load.sending();
            String read = value;
            load.sent();
            load.complete(read.getBytes(UTF_8));
            load.flush();
        }
    }

    @Override
    public void close() {}
}
