package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;

/**
 * What {@link JettyHttp1Connection} takes for granted of Jetty's internal {@link HttpConnection}, checked without the proxy. If
 * one of these tests fails after an update of Jetty, that class has to follow.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JettyInternalsTest {
    private final Server server = new Server();
    private final Echo handler = new Echo();
    private final Factory factory = new Factory();
    private final LocalConnector connector = new LocalConnector(server, factory);

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void fillInterestedIsCalledBetweenRequests() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        awaitWaits(1);
        assertThat(factory.probe.waits.get(0))
                .as("HttpConnection.onOpen calls fillInterested(Callback) before the first request")
                .isEqualTo(Wait.BETWEEN_REQUESTS);
        client.addInput("GET /k HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.getResponse()).startsWith("HTTP/1.1 200");
        awaitWaits(2);
        assertThat(factory.probe.waits.get(1))
                .as(
                        "after a response HttpConnection calls fillInterested(Callback) with its parser at START, its request"
                                + " buffer empty, and no request in its channel")
                .isEqualTo(Wait.BETWEEN_REQUESTS);
    }

    @Test
    void fillInterestedInAHeadIsToldApart() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        awaitWaits(1);
        client.addInput("GET /k HT");
        awaitWaits(2);
        assertThat(factory.probe.waits.get(1))
                .as("in a head HttpConnection calls fillInterested(Callback) with its parser past START")
                .isEqualTo(Wait.IN_REQUEST);
        assertThat(factory.probe.getBytesIn())
                .as("HttpConnection.getBytesIn counts what was read")
                .isEqualTo("GET /k HT".length());
    }

    @Test
    void bytesOfAnUpgradeAreParsedFirst() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        awaitWaits(1);
        Probe probe = factory.probe;
        probe.onUpgradeTo(BufferUtil.toBuffer("GET /given HTTP/1.1\r\nHost: h\r\n\r\n"));
        assertThat(probe.isRequestBufferEmpty())
                .as("HttpConnection.onUpgradeTo keeps the bytes in the request buffer")
                .isFalse();
        connector.getExecutor().execute(probe);
        assertThat(client.getResponse())
                .as("HttpConnection.run parses the bytes that onUpgradeTo was given")
                .startsWith("HTTP/1.1 200")
                .endsWith("/given");
    }

    @Test
    void newHttpStreamMayReplaceTheTarget() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        client.addInput("GET /..;%00 HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.getResponse())
                .as(
                        "HttpConnection.newHttpStream gets the target as it was sent, and Jetty handles what it is replaced with")
                .endsWith("/replaced");
        assertThat(factory.probe.targets).containsExactly("GET /..;%00 HTTP/1.1");
    }

    @Test
    void badMessageIsCalledForWhatCannotBeParsed() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        client.addInput("GET /k HTTP/9.9\r\nHost: h\r\n\r\n");
        assertThat(client.getResponse()).startsWith("HTTP/1.1 505");
        assertThat(factory.probe.refusals)
                .as("RequestHandler.badMessage(HttpException) is called before the refusal is written")
                .containsExactly(505);
        assertThat(factory.probe.getParser().isClose()
                        || factory.probe.getParser().isClosed())
                .as("the parser is closed after RequestHandler.badMessage")
                .isTrue();
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(factory.probe.getHttpChannel().getRequest())
                        .as("HttpChannel.getRequest is null once the refusal is complete")
                        .isNull());
    }

    @Test
    void requestsAreInTheChannelAndTheirBodiesInTheParser() throws Exception {
        LocalConnector.LocalEndPoint client = connector.connect();
        client.addInput("POST /k HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nbody");
        assertThat(client.getResponse()).startsWith("HTTP/1.1 200");
        assertThat(handler.hasRequest)
                .as("HttpChannel.getRequest is the request while it is handled")
                .isTrue();
        assertThat(handler.isInContent)
                .as("HttpParser.inContentState while a body is incomplete")
                .isTrue();
        assertThat(handler.isMetaData)
                .as("Request.getConnectionMetaData is the HttpConnection")
                .isTrue();
    }

    private void awaitWaits(int count) {
        await().atMost(Address.PATIENCE).until(() -> factory.probe != null && factory.probe.waits.size() >= count);
    }

    private enum Wait {
        BETWEEN_REQUESTS,
        IN_REQUEST
    }

    /** Overrides what the proxy's connection overrides, and notes how it is called. */
    private static final class Probe extends HttpConnection {
        final List<Wait> waits = new CopyOnWriteArrayList<>();
        final List<String> targets = new CopyOnWriteArrayList<>();
        final List<Integer> refusals = new CopyOnWriteArrayList<>();

        Probe(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
            super(configuration, connector, endPoint);
        }

        @Override
        public void fillInterested(Callback callback) {
            boolean isBetween = getParser().isStart()
                    && isRequestBufferEmpty()
                    && getHttpChannel().getRequest() == null;
            super.fillInterested(callback);
            waits.add(isBetween ? Wait.BETWEEN_REQUESTS : Wait.IN_REQUEST);
        }

        @Override
        protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
            targets.add(method + " " + target + " " + version);
            return super.newHttpStream(method, target.startsWith("/..") ? "/replaced" : target, version);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new RequestHandler() {
                @Override
                public void badMessage(HttpException failure) {
                    refusals.add(failure.getCode());
                    super.badMessage(failure);
                }
            };
        }
    }

    private static final class Factory extends HttpConnectionFactory {
        volatile Probe probe;

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            probe = new Probe(getHttpConfiguration(), connector, endPoint);
            return configure(probe, connector, endPoint);
        }
    }

    /** Answers with the path, and looks at the connection meanwhile. */
    private static final class Echo extends Handler.Abstract {
        volatile boolean hasRequest;
        volatile boolean isInContent;
        volatile boolean isMetaData;

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (request.getConnectionMetaData() instanceof Probe probe) {
                isMetaData = true;
                hasRequest = probe.getHttpChannel().getRequest() != null;
                isInContent = probe.getParser().inContentState();
            }
            byte[] path = request.getHttpURI().getPath().getBytes(StandardCharsets.US_ASCII);
            response.write(/* last= */ true, ByteBuffer.wrap(path), callback);
            return true;
        }
    }
}
