package redisproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The process as its surroundings meet it: locale, signals, and the log. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProcessTest {
    private static final List<String> MAIN =
            List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");
    private static final List<String> FLAGS =
            List.of("--proxy-host", "127.0.0.1", "--proxy-port", "0", "--tcp-port", "0", "--redis-host", "127.0.0.1");
    private static final List<String> WITHOUT_REDIS = List.of("--redis-port", "1", "--redis-timeout", "1");
    private static final Pattern ADMIN_PORT = Pattern.compile("admin http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern PORTS = Pattern.compile("http://\\S+?:(\\d+)\\b.*?redis://\\S+?:(\\d+)\\b");

    /** The shell makes the bytes, because this JVM may have a locale that cannot. */
    @ParameterizedTest
    @ValueSource(strings = {"REDIS_PASSWORD=\"$pw\" exec \"$@\"", "exec \"$@\" --redis-password \"$pw\""})
    void sendsThePasswordInUtf8WhateverTheLocaleIs(String start) {
        try (RedisServerProcess redis = RedisServerProcess.started();
                RedisControl control = redis.control()) {
            control.set(Bytes.utf8("key"), Bytes.utf8("value"));
            control.call("CONFIG", "SET", "requirepass", "p\u00E4ss\u20AC");
            List<String> command = new ArrayList<>(List.of(
                    "sh", "-c", "pw=$(printf 'p\\303\\244ss\\342\\202\\254'); " + start, "sh", java(), "-Xmx64m"));
            command.addAll(MAIN);
            command.addAll(FLAGS);
            command.addAll(
                    List.of("--redis-port", Integer.toString(redis.address().port())));
            try (ChildProcess process = ChildProcess.start(Map.of("LC_ALL", "C"), command)) {
                Matcher ports = process.awaitError(PORTS);
                HttpAnswer answer = HttpConnection.get(Address.loopback(Integer.parseInt(ports.group(1))), "/key");
                assertThat(answer.body()).as(process::err).isEqualTo(Bytes.utf8("value"));
            }
        }
    }

    @Test
    void servesOnForTheDrainDelayUntilASecondSignal() throws Exception {
        try (ProxyProcess proxy = start("--admin-port", "0", "--drain-delay", "600")) {
            Address admin = Address.loopback(
                    Integer.parseInt(proxy.process().awaitError(ADMIN_PORT).group(1)));
            assertThat(HttpConnection.get(admin, "/readyz").status()).isEqualTo(200);

            signal(proxy.process(), "TERM");

            proxy.process().awaitError(Pattern.compile("SIGTERM: is not ready any more; serves on for 600 s"));
            assertThat(HttpConnection.get(admin, "/readyz").status()).isEqualTo(503);
            assertThat(HttpConnection.get(admin, "/livez").status()).isEqualTo(200);
            assertThat(HttpConnection.get(proxy.http(), "/").status()).isEqualTo(200);

            signal(proxy.process(), "TERM");

            assertThat(proxy.process().awaitExit())
                    .as(() -> proxy.process().describe("exit code"))
                    .isZero();
        }
    }

    @Test
    void saysWhatSignalsDo() throws Exception {
        try (ProxyProcess proxy = start()) {
            signal(proxy.process(), "HUP");
            proxy.process().awaitError(Pattern.compile("SIGHUP: no setting has changed"));
            assertThat(HttpConnection.get(proxy.http(), "/").status()).isEqualTo(200);

            signal(proxy.process(), "TERM");

            assertThat(proxy.process().awaitExit())
                    .as(() -> proxy.process().describe("exit code"))
                    .isZero();
            assertThat(proxy.process().err()).containsPattern("SIGTERM: stops; (?s:.*)Redis Proxy has stopped");
        }
    }

    @Test
    void logsNothingThatRequestsCarry() {
        try (ProxyProcess proxy = start()) {
            for (String host : List.of("user:s3cret@h", "[s3cret", "h:s3cret", "h:99999999 s3cret", "s3cret]")) {
                ask(proxy.http(), "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            }
            ask(proxy.http(), "GET / HTTP/1.1\r\nHost: s3cret\r\nHost: s3cret2\r\n\r\n");
            ask(proxy.http(), "GET http://u:s3cret@[x/ HTTP/1.1\r\nHost: a\r\n\r\n");
            ask(proxy.http(), "GET /%s3cret HTTP/1.1\r\nHost: a\r\nContent-Length: s3cret\r\n\r\n");
            try (RespClient client = RespClient.connect(proxy.resp())) {
                assertThat(client.call("AUTH", "s3cret")).isInstanceOf(Reply.Failure.class);
            }
            assertThat(proxy.process().err().lines().filter(line -> !line.contains("redisproxy.events: Redis at ")))
                    .hasSize(1);
            assertThat(proxy.process().err()).doesNotContain("s3cret");
        }
    }

    /** The store starts before the ports are bound, and what it tells is not told then. */
    @Test
    void tellsOfAPortThatIsTakenAndOfNothingElse() throws Exception {
        try (RedisServerProcess redis = RedisServerProcess.started();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> command = new ArrayList<>(List.of(java(), "-Xmx64m"));
            command.addAll(MAIN);
            command.addAll(List.of("--proxy-host", "127.0.0.1", "--tcp-port", "0", "--redis-host", "127.0.0.1"));
            command.addAll(List.of("--proxy-port", Integer.toString(taken.getLocalPort())));
            command.addAll(
                    List.of("--redis-port", Integer.toString(redis.address().port())));
            try (ChildProcess process = ChildProcess.start(Map.of(), command)) {
                assertThat(process.awaitExit()).isEqualTo(1);
                assertThat(process.err().lines())
                        .singleElement()
                        .asString()
                        .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (PROXY_PORT)");
            }
        }
    }

    @Test
    void debugIsTheProxysOwn() {
        try (ProxyProcess proxy = start("--log-level", "debug")) {
            ask(proxy.http(), "GET / HTTP/1.1\r\nHost: user:s3cret@h\r\n\r\n");
            assertThat(HttpConnection.get(proxy.http(), "/").status()).isEqualTo(200);
            assertThat(proxy.process().err()).doesNotContain("org.eclipse.jetty", "s3cret");
        }
    }

    @Test
    void servesWhileNobodyReadsTheLog() throws Exception {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx64m"));
        command.addAll(MAIN);
        command.addAll(FLAGS);
        command.addAll(WITHOUT_REDIS);
        command.addAll(List.of("--log-level", "debug"));
        Process process = new ProcessBuilder(command).start();
        try (BufferedReader log = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
            Matcher ports;
            do {
                ports = PORTS.matcher(log.readLine());
            } while (!ports.find());
            Address http = Address.loopback(Integer.parseInt(ports.group(1)));
            Address resp = Address.loopback(Integer.parseInt(ports.group(2)));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                breakTheProtocol(resp, 500);
                return droppedLines(resp) > 0;
            });
            assertThat(HttpConnection.get(http, "/").status()).isEqualTo(200);

            Pattern told = Pattern.compile("WARNING redisproxy.server.Logging: \\d+ lines dropped");
            String line = log.readLine();
            while (!told.matcher(line).find()) {
                line = log.readLine();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static long droppedLines(Address resp) {
        try (RespClient client = RespClient.connect(resp)) {
            String info = ((Reply.Bulk) client.call("INFO", "log")).bytes().asUtf8();
            Matcher field = Pattern.compile("log_dropped_lines:(\\d+)").matcher(info);
            assertThat(field.find()).as(info).isTrue();
            return Long.parseLong(field.group(1));
        }
    }

    private static void breakTheProtocol(Address resp, int connections) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket(resp.host(), resp.port());
            sockets.add(socket);
            socket.getOutputStream().write("*1\r\nno length\r\n".getBytes(UTF_8));
        }
        for (Socket socket : sockets) {
            assertThat(socket.getInputStream().read()).isPositive();
            socket.close();
        }
    }

    /** Sends the text and waits until the proxy has answered. */
    private static void ask(Address address, String text) {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            assertThat(socket.getInputStream().read()).isPositive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(ChildProcess process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static ProxyProcess start(String... more) {
        List<String> flags = new ArrayList<>(FLAGS);
        flags.addAll(WITHOUT_REDIS);
        flags.addAll(List.of(more));
        return ProxyProcess.start(MAIN, Map.of(), flags);
    }
}
