package redisproxy.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Requests that are refused before all of them has arrived. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TooLargeRequestTest {
    private static final String LONG = "n".repeat(1 << 20);

    private static final int MAX_HELD = 256 * 1024;

    private final ClientMemory memory = new ClientMemory(MAX_HELD);
    private final RunningResp resp = new RunningResp(new RespConfig("127.0.0.1", 0, 10), memory);

    @AfterEach
    void stop() {
        resp.close();
    }

    private static Reply tooLong(int argument, String command) {
        return new Reply.Failure("ERR argument %d of '%s' command is too long: 1048576 bytes (at most 16384)"
                .formatted(argument, command));
    }

    @Test
    void namesGetTheirErrorsInTheOrderOfTheRequests() {
        try (RespClient client = resp.connect()) {
            Bytes requests = RespClient.encode("PING")
                    .plus(RespClient.encode("CLIENT", "SETNAME", LONG))
                    .plus(RespClient.encode("ECHO", "between"))
                    .plus(RespClient.encode("CLIENT", "SETINFO", "LIB-NAME", LONG))
                    .plus(RespClient.encode("HELLO", "3", "SETNAME", LONG))
                    .plus(RespClient.encode("CLIENT", "GETNAME"));
            client.send(requests);
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
            assertThat(client.read()).isEqualTo(tooLong(2, "client|setname"));
            assertThat(client.read()).isEqualTo(Reply.bulk("between"));
            assertThat(client.read()).isEqualTo(tooLong(3, "client|setinfo"));
            assertThat(client.read()).isEqualTo(tooLong(3, "hello"));
            assertThat(client.read()).isEqualTo(new Reply.Nil("$-1"));
        }
    }

    @Test
    void nothingOfThemIsHeld() {
        try (RespClient client = resp.connect()) {
            // Much more than all clients together may hold.
            for (int i = 0; i < 3; i++) {
                client.send(RespClient.encode("CLIENT", "SETNAME", LONG.repeat(4)));
                assertThat(client.read())
                        .isEqualTo(
                                new Reply.Failure(
                                        "ERR argument 2 of 'client|setname' command is too long: 4194304 bytes (at most 16384)"));
            }
            assertThat(memory.heldBytes()).isLessThan(MAX_HELD);
            assertThat(memory.closedClients()).isZero();
        }
    }

    @Test
    void framingIsChecked() {
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$20000\r\n" + "x".repeat(20_000) + "\r\n"));
            assertThat(client.read())
                    .isEqualTo(new Reply.Failure(
                            "ERR argument 2 of 'client|setname' command is too long: 20000 bytes (at most 16384)"));
            client.send(Bytes.utf8("*2000\r\n$4\r\nINFO\r\n" + "$1\r\nx\r\n".repeat(1000)));
            client.send(Bytes.utf8("x"));
            client.send(Bytes.utf8("\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Protocol error: expected '$', got 'x'"));
        }
    }

    @Test
    void wherePartsBeginMakesNoDifference() throws RespProtocolException {
        Random random = new Random(7);
        byte[] rest = ("x".repeat(20) + "\r\n$0\r\n\r\n$3\r\nabc\r\n$12\r\n" + "\r\n".repeat(6) + "\r\n")
                .getBytes(ISO_8859_1);
        byte[] head = "*5\r\n$4\r\nINFO\r\n$22\r\nyy".getBytes(ISO_8859_1);
        byte[] next = "*1\r\n$4\r\nPING\r\n".getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(rest, rest.length + next.length);
        System.arraycopy(next, 0, all, rest.length, next.length);
        for (int round = 0; round < 1_000; round++) {
            RequestParser parser = new RequestParser();
            assertThat(parser.parse(head, 0, head.length)).isFalse();
            TooLargeRequest request =
                    new TooLargeRequest(new CommandFigures("info", new ErrorFigures(), null), new byte[0], parser);
            assertThat(request.drop(head, parser.parsedBytes(), head.length)).isEqualTo(2);
            int start = 0;
            int end = 0;
            while (!request.isOver()) {
                end = Math.min(all.length, end + 1 + random.nextInt(8));
                start += request.drop(all, start, end);
            }
            assertThat(start).isEqualTo(rest.length);
        }
    }

    /** In pipelines with others, some of them without replies, with TLS and without. */
    @ParameterizedTest
    @EnumSource(RunningResp.Transport.class)
    void whereAPipelineIsCutMakesNoDifference(RunningResp.Transport transport) {
        Random random = new Random(11);
        String[] many = new String[1_100];
        Arrays.fill(many, "x");
        many[0] = "INFO";
        List<Bytes> some = List.of(
                RespClient.encode("PING"),
                RespClient.encode("GET", "k"),
                Bytes.utf8("ECHO inline\r\n"),
                RespClient.encode("MGET", "k", "k"),
                RespClient.encode("CLIENT", "SETNAME", "n".repeat(17_000)),
                RespClient.encode("HELLO", "3", "SETNAME", "n".repeat(20_000), "x"),
                RespClient.encode(many),
                RespClient.encode("CLIENT", "REPLY", "SKIP"),
                RespClient.encode("CLIENT", "REPLY", "OFF"),
                RespClient.encode("CLIENT", "REPLY", "ON"));
        try (RunningResp other = new RunningResp(transport)) {
            other.store.put("k", "v");
            for (int round = 0; round < 20; round++) {
                Bytes pipeline = Bytes.utf8("");
                for (int i = 0; i < 12; i++) {
                    pipeline = pipeline.plus(some.get(random.nextInt(some.size())));
                }
                pipeline = pipeline.plus(RespClient.encode("CLIENT", "REPLY", "ON"))
                        .plus(RespClient.encode("QUIT"));
                assertThat(replies(other, pipeline, random, 3_000))
                        .isEqualTo(replies(other, pipeline, random, Integer.MAX_VALUE));
            }
        }
    }

    private static Bytes replies(RunningResp to, Bytes pipeline, Random random, int mostBytes) {
        byte[] all = pipeline.toArray();
        try (RespClient client = to.connect()) {
            for (int from = 0; from < all.length; ) {
                int until = mostBytes >= all.length
                        ? all.length
                        : Math.min(all.length, from + 1 + random.nextInt(mostBytes));
                client.send(Bytes.of(Arrays.copyOfRange(all, from, until)));
                from = until;
            }
            return client.readToEnd();
        }
    }

    @Test
    void anEndlessHeaderIsRefused() throws RespProtocolException {
        byte[] head = "*2000\r\n$4\r\nINFO\r\n".getBytes(ISO_8859_1);
        RequestParser parser = new RequestParser();
        assertThat(parser.parse(head, 0, head.length)).isFalse();
        TooLargeRequest request =
                new TooLargeRequest(new CommandFigures("info", new ErrorFigures(), null), new byte[0], parser);
        byte[] endless = ("$" + "1".repeat(70_000)).getBytes(ISO_8859_1);
        assertThatThrownBy(() -> request.drop(endless, 0, endless.length)).hasMessage("too big bulk count string");
    }
}
