package redisproxy.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;

/** Fuzz target: properties of the parsers of a request's fields for any lines. None may throw. */
public final class RequestFieldsTarget {
    private static final Users USERS =
            TestUsers.withTokens("alice >no-input-is-this-token", "user alice on >no-input-is-this-password ~* +@all");

    private static final String ETAG = "\"0123456789abcdef\"";

    private RequestFieldsTarget() {}

    public static void run(byte[] input) {
        List<String> lines = List.of(new String(input, ISO_8859_1).split("\n", -1));
        readsDirectives(lines);
        readsTags(lines);
        readsCredentials(lines);
    }

    /** None of them proves anybody. */
    private static void readsCredentials(List<String> lines) {
        expect(HttpLogins.find(USERS, lines, false) == null, "somebody is let in", lines);
        for (String line : lines) {
            for (String scheme : List.of("", "Basic ", "bearer ")) {
                expect(HttpLogins.find(USERS, List.of(scheme + line), false) == null, "somebody is let in", lines);
            }
            String encoded = "Basic " + Base64.getEncoder().encodeToString(line.getBytes(ISO_8859_1));
            expect(HttpLogins.find(USERS, List.of(encoded), false) == null, "somebody is let in", lines);
        }
    }

    private static void readsDirectives(List<String> lines) {
        RequestDirectives all = RequestDirectives.parse(lines);
        RequestDirectives some = RequestDirectives.parse(lines.subList(0, lines.size() / 2));
        boolean isAsStrict = (all.noCache() || !some.noCache())
                && (all.noStore() || !some.noStore())
                && (all.onlyIfCached() || !some.onlyIfCached())
                && all.maxAgeSeconds() <= some.maxAgeSeconds()
                && all.minFreshSeconds() >= some.minFreshSeconds();
        expect(isAsStrict, "less strict with more lines", lines);

        boolean isInRange = all.maxAgeSeconds() >= 0
                && all.minFreshSeconds() >= 0
                && all.maxStaleSeconds() >= 0
                && all.staleIfErrorSeconds() >= -1;
        expect(isInRange, "a number that is none", lines);

        List<String> backwards = new ArrayList<>(lines);
        Collections.reverse(backwards);
        expect(all.equals(RequestDirectives.parse(backwards)), "their order counts", lines);

        String line = String.join(",", lines);
        boolean isQuoted = line.indexOf('"') >= 0;
        expect(isQuoted || all.equals(RequestDirectives.parse(List.of(line))), "not one list", lines);
    }

    private static void readsTags(List<String> lines) {
        boolean isStrong = EntityTags.matchesStrongly(lines, ETAG);
        boolean isWeak = EntityTags.matchesWeakly(lines, ETAG);
        expect(isWeak || !isStrong, "a strong match is no weak one", lines);

        List<String> more = new ArrayList<>(lines);
        more.add(0, ETAG);
        expect(EntityTags.matchesStrongly(more, ETAG), "the tag does not match itself before", lines);
        more.set(0, "W/" + ETAG);
        expect(EntityTags.matchesWeakly(more, ETAG), "the weak tag does not match before", lines);
    }

    private static void expect(boolean condition, String otherwise, List<String> lines) {
        if (!condition) {
            throw new AssertionError(otherwise + ": " + lines);
        }
    }
}
