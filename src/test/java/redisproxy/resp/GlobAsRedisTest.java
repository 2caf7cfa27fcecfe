package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.auth.Glob;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;

/** Random patterns match the same texts here and in a real Redis. */
final class GlobAsRedisTest {
    private static final String IN_TEXTS = "aBz]-\\^\0\u00fc";
    private static final String IN_PATTERNS = "aBz]-\\^\0\u00fc[[[]]]***??--AbZ";
    private static final int PATTERNS = 3_000;
    private static final int LONGEST_PATTERN = 9;

    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void keysAreThoseOfRedis(long seed) {
        List<String> texts = new ArrayList<>();
        texts.add("");
        for (int from = 0, length = 1; length <= 3; length++) {
            int until = texts.size();
            for (; from < until; from++) {
                String text = texts.get(from);
                IN_TEXTS.chars().forEach(c -> texts.add(text + (char) c));
            }
        }
        for (String text : texts) {
            REDIS.control().call(bytes("SET"), bytes(text), bytes("x"));
        }
        Random random = new Random(seed);
        for (int i = 0; i < PATTERNS; i++) {
            String pattern = pattern(random, IN_PATTERNS);
            Glob glob = new Glob(pattern, /* ignoresCase= */ false);
            List<Bytes> found = texts.stream()
                    .filter(glob::matches)
                    .map(GlobAsRedisTest::bytes)
                    .toList();
            if (!pattern.equals("*")) {
                // KEYS has a shortcut for all keys.
                assertThat(items(REDIS.control().call(bytes("KEYS"), bytes(pattern))))
                        .as("KEYS %s (seed %d)", pattern, seed)
                        .containsExactlyInAnyOrderElementsOf(found);
            }
        }
    }

    @Test
    void parametersAreThoseOfRedis() {
        List<String> names = names("*").toList();
        assertThat(names).hasSizeGreaterThan(100);
        Random random = new Random(3);
        for (int i = 0; i < PATTERNS; i++) {
            String pattern = pattern(random, "aeimnorsEMR***???[[]]--^\\");
            Glob glob = new Glob(pattern, /* ignoresCase= */ true);
            assertThat(names(pattern))
                    .as("CONFIG GET %s", pattern)
                    .containsExactlyInAnyOrderElementsOf(
                            names.stream().filter(glob::matches).toList());
        }
    }

    private static Stream<String> names(String pattern) {
        List<Bytes> parameters = items(REDIS.control().call("CONFIG", "GET", pattern));
        return Stream.iterate(0, i -> i < parameters.size(), i -> i + 2)
                .map(i -> parameters.get(i).asUtf8())
                // Redis 6 treats these in their own way.
                .filter(name ->
                        !Set.of("oom-score-adj-values", "slaveof", "replicaof").contains(name));
    }

    private static String pattern(Random random, String alphabet) {
        return random.ints(1 + random.nextInt(LONGEST_PATTERN), 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .reduce("", String::concat);
    }

    private static List<Bytes> items(Reply reply) {
        return ((Reply.Items) reply)
                .items().stream().map(item -> ((Reply.Bulk) item).bytes()).toList();
    }

    private static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
