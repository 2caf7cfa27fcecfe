package redisproxy.features;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;

/** Many keys of one scenario in Redis, with values of the same generation. */
public final class KeysInRedis {
    private final World world;
    private List<Bytes> keys = List.of();
    private int generation;

    public KeysInRedis(World world) {
        this.world = world;
    }

    /** Puts {@code count} new keys into Redis. */
    void hold(int count) {
        generation++;
        List<Bytes> fresh = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            fresh.add(world.key("key-" + generation + "-" + at));
        }
        keys = List.copyOf(fresh);
        store();
    }

    /** Gives each key a new value in Redis. */
    void change() {
        generation++;
        store();
    }

    private void store() {
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        for (int at = 0; at < keys.size(); at++) {
            values.put(keys.get(at), newValue(at));
        }
        world.redis().setAll(values);
    }

    int count() {
        return keys.size();
    }

    Bytes key(int at) {
        return keys.get(at);
    }

    Bytes newValue(int at) {
        return value(at, generation);
    }

    Bytes oldValue(int at) {
        return value(at, generation - 1);
    }

    private static Bytes value(int at, int generation) {
        return Bytes.utf8("value " + generation + " of key " + at);
    }
}
