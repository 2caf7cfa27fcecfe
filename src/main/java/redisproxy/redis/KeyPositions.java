package redisproxy.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redisproxy.redis.KeySpec.Begin;
import redisproxy.redis.KeySpec.Find;

/** Where the keys of a command are by the positions that Redis told before 7.0, and of those whose keys these do not tell. */
final class KeyPositions {
    private static final String MOVABLE = "movablekeys";

    private static final boolean READS = true;
    private static final boolean WRITES = true;

    private static final Find ONE = new Find.Range(0, 1, 0);
    private static final Find TWO = new Find.Range(1, 1, 0);
    private static final Find COUNTED = new Find.Count(0, 1, 1);

    private static final Map<String, List<KeySpec>> MOVABLE_KEYS = movable();

    private KeyPositions() {}

    /**
     * Returns where the keys are.
     *
     * @param first which argument the first key is; 0 if there is none
     * @param last which one the last key is; if negative, how far it is from the end
     */
    static List<KeySpec> of(String name, int first, int last, int step, Set<String> flags) {
        boolean writes = flags.contains("write");
        if (flags.contains(MOVABLE)) {
            List<KeySpec> known = MOVABLE_KEYS.get(name);
            return known == null
                    ? List.of(new KeySpec(new Begin.Unknown(), new Find.Unknown(), READS, writes, true))
                    : known;
        }
        if (first <= 0) {
            return List.of();
        }
        Find find = new Find.Range(last < 0 ? last : last - first, step, 0);
        return List.of(new KeySpec(new Begin.Index(first), find, READS, writes, false));
    }

    private static Map<String, List<KeySpec>> movable() {
        Map<String, List<KeySpec>> all = new HashMap<>();
        for (String script : List.of("eval", "evalsha")) {
            all.put(script, List.of(spec(2, COUNTED, READS, WRITES)));
        }
        for (String combined : List.of("zunion", "zinter", "zdiff")) {
            all.put(combined, List.of(spec(1, COUNTED, READS, !WRITES)));
            all.put(combined + "store", List.of(spec(1, ONE, !READS, WRITES), spec(2, COUNTED, READS, !WRITES)));
        }
        Find streams = new Find.Range(-1, 1, 2);
        all.put("xread", List.of(behind("STREAMS", 1, streams, !WRITES)));
        // It changes the group, not the values.
        all.put("xreadgroup", List.of(behind("STREAMS", 4, streams, WRITES)));
        all.put("memory", List.of(behind("USAGE", 1, ONE, !WRITES)));
        all.put("stralgo", List.of(behind("KEYS", 1, TWO, !WRITES)));
        // SpecialKeys has the keys of these.
        all.put("sort", List.of());
        all.put("migrate", List.of());
        all.put("georadius", List.of());
        all.put("georadiusbymember", List.of());
        return all;
    }

    private static KeySpec spec(int index, Find find, boolean reads, boolean writes) {
        return new KeySpec(new Begin.Index(index), find, reads, writes, false);
    }

    private static KeySpec behind(String word, int from, Find find, boolean writes) {
        return new KeySpec(new Begin.Keyword(word, from), find, READS, writes, false);
    }
}
