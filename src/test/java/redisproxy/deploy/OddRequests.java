package redisproxy.deploy;

import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

/** Requests that servers like to complain about in their logs. Each carries {@link #SECRET}. */
final class OddRequests {
    static final String SECRET = "secret";

    private static final List<String> REQUESTS = List.of(
            "GET /k HTTP/1.1\r\nHost: user:secret@h\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: a b secret\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: a:secret\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: [secret\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: secret:99999\r\n\r\n",
            "GET http://user:secret@h/k HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET //user:secret@h/k HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /secret%zz HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /query?key=secret%zz HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /../secret HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /WEB-INF/secret HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /secret[] HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /k SECRET/1.1\r\nHost: h\r\n\r\n",
            "secret\u0001\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nsec\u0001secret: x\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nCookie: a=b;secret\"\u0001\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nContent-Length: secret\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: secret\r\n\r\n",
            "POST /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nExpect: secret\r\n\r\n",
            "GET /k HTTP/1.1\r\nHost: h\r\nX: " + SECRET.repeat(20_000) + "\r\n\r\n");

    private OddRequests() {}

    /** Sends each on a connection of its own, and waits for its response. */
    static void sendTo(Address http) {
        for (String request : REQUESTS) {
            try (HttpConnection connection = HttpConnection.connect(http)) {
                connection.sendUntilRefused(Bytes.utf8(request));
                connection.readLines();
            }
        }
    }
}
