package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Rules mean what they mean in a real Redis: both are asked what the same random rules allow. */
final class RulesAsRedisTest {
    private static final int USERS = 400;

    private static final List<String> COMMAND_RULES = List.of(
            "+@all",
            "-@all",
            "allcommands",
            "nocommands",
            "+@read",
            "-@read",
            "+@string",
            "-@string",
            "+@keyspace",
            "-@keyspace",
            "+@fast",
            "-@fast",
            "+@slow",
            "+@dangerous",
            "-@dangerous",
            "+@admin",
            "-@admin",
            "+@connection",
            "-@connection",
            "+@write",
            "-@write",
            "+get",
            "-get",
            "+GET",
            "+mget",
            "-mget",
            "+client",
            "-client",
            "+client|id",
            "-client|id",
            "+client|kill",
            "-client|list",
            "+config|get",
            "-config",
            "+memory|usage",
            "-memory",
            "+info",
            "+set");

    private static final List<String> KEY_RULES = List.of(
            "~*",
            "allkeys",
            "resetkeys",
            "~app:*",
            "%R~app:*",
            "%W~app:*",
            "%RW~app:1",
            "~*1",
            "~a?p:[0-9]",
            "%r~a[^x]*",
            "~other",
            "%W~*",
            "%R~*");

    private static final List<List<String>> REQUESTS = List.of(
            List.of("GET", "app:1"),
            List.of("GET", "other"),
            List.of("MGET", "app:1", "app:2"),
            List.of("EXISTS", "app:1", "other"),
            List.of("STRLEN", "app:2"),
            List.of("TYPE", "other"),
            List.of("TTL", "app:1"),
            List.of("PEXPIRETIME", "app:1"),
            List.of("GETRANGE", "app:1", "0", "1"),
            List.of("MEMORY", "USAGE", "app:1"),
            List.of("CLIENT", "ID"),
            List.of("CLIENT", "LIST"),
            List.of("CLIENT", "KILL", "ID", "1"),
            List.of("CONFIG", "GET", "x"),
            List.of("CONFIG", "RESETSTAT"),
            List.of("SLOWLOG", "GET"),
            List.of("LATENCY", "LATEST"),
            List.of("INFO"),
            List.of("PING"),
            List.of("ECHO", "x"),
            List.of("DBSIZE"),
            List.of("COMMAND", "COUNT"),
            List.of("ACL", "WHOAMI"),
            List.of("ACL", "LIST"),
            List.of("MODULE", "LIST"),
            List.of("SELECT", "0"),
            List.of("READONLY"),
            List.of("AUTH", "x"),
            List.of("HELLO"),
            List.of("RESET"),
            List.of("QUIT"));

    @Test
    void randomRulesAllowTheSame() {
        assumeTrue(RedisServerProcess.installedVersion().startsWith("7."));
        Random random = new Random(7);
        try (ExecutedCommands commands = new ExecutedCommands();
                RedisServerProcess redis = RedisServerProcess.startedAsInstalled();
                RespClient direct = RespClient.connect(redis.address())) {
            for (int i = 0; i < USERS; i++) {
                List<String> rules = rules(random);
                boolean isAccepted = isAccepted(direct, rules);
                String line = "user x reset " + String.join(" ", rules);
                try {
                    commands.authority.replace(TestUsers.of(line));
                    assertThat(isAccepted).as(line).isTrue();
                } catch (IllegalArgumentException e) {
                    assertThat(isAccepted).as("%s: %s", line, e.getMessage()).isFalse();
                    continue;
                }
                for (List<String> request : REQUESTS) {
                    assertThat(allowed(commands.execute(dryRun(request))))
                            .as("%s: %s", line, request)
                            .isEqualTo(allowed(text(direct.call(dryRun(request)))));
                }
            }
        }
    }

    private static List<String> rules(Random random) {
        List<String> rules = new ArrayList<>();
        for (int left = 1 + random.nextInt(5); left > 0; left--) {
            rules.add(COMMAND_RULES.get(random.nextInt(COMMAND_RULES.size())));
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            rules.add(random.nextInt(rules.size() + 1), KEY_RULES.get(random.nextInt(KEY_RULES.size())));
        }
        return rules;
    }

    private static boolean isAccepted(RespClient direct, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", "x", "reset"));
        words.addAll(rules);
        return direct.call(words.toArray(String[]::new)).equals(new Reply.Simple("OK"));
    }

    private static String[] dryRun(List<String> request) {
        List<String> words = new ArrayList<>(List.of("ACL", "DRYRUN", "x"));
        words.addAll(request);
        return words.toArray(String[]::new);
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Bulk bulk) {
            byte[] bytes = bulk.bytes().toArray();
            return "$" + bytes.length + "\r\n" + new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n";
        }
        return reply instanceof Reply.Simple simple ? "+" + simple.text() + "\r\n" : reply.toString();
    }

    /** Of a refusal, Redis names the command as it was called. */
    private static String allowed(String reply) {
        return reply.startsWith("+OK") ? "allowed" : reply;
    }
}
