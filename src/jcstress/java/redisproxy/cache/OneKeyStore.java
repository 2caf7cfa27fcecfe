package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** A backing store that gives one value for all keys, on the thread that asks. */
final class OneKeyStore implements BackingStore {
    volatile String value = "old";

    @Override
    public void load(List<Flight> flights) {
        for (Flight flight : flights) {
            flight.sent();
            String read = value;
            flight.asked();
            flight.complete(read.getBytes(UTF_8));
            flight.flush();
        }
    }

    @Override
    public void close() {}
}
