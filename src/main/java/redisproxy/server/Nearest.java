package redisproxy.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Finds the names that a mistyped one may stand for. */
final class Nearest {
    private static final int MOST = 3;

    private Nearest() {}

    /**
     * Returns the candidates that a word is nearest to, none if it resembles none. Upper and lower case, dashes, dots and
     * underscores count as equal.
     */
    static List<String> to(String word, Iterable<String> candidates) {
        String wanted = letters(word);
        List<String> nearest = new ArrayList<>();
        int least = 1 + wanted.length() / 4;
        for (String candidate : candidates) {
            int distance = distance(wanted, letters(candidate));
            if (distance < least) {
                nearest.clear();
                least = distance;
            }
            if (distance == least) {
                nearest.add(candidate);
            }
        }
        return nearest.isEmpty() ? containing(wanted, candidates) : first(nearest);
    }

    private static List<String> containing(String wanted, Iterable<String> candidates) {
        List<String> found = new ArrayList<>();
        for (String candidate : candidates) {
            if (wanted.length() > 2 && letters(candidate).contains(wanted)) {
                found.add(candidate);
            }
        }
        return first(found);
    }

    private static List<String> first(List<String> names) {
        return List.copyOf(names.subList(0, Math.min(MOST, names.size())));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }

    /** Returns how many characters are to be inserted, removed or replaced (Levenshtein). */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        Arrays.setAll(previous, length -> length);
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
