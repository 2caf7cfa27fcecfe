package redisproxy.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpParser;

/** Jetty's parser of requests, which refuses a request line that {@link RequestLine} does not accept. Not thread-safe. */
final class StrictParser extends HttpParser {
    private final RequestLine line = new RequestLine();

    StrictParser(RequestHandler handler, int maxHeaderBytes, HttpCompliance compliance) {
        super(handler, maxHeaderBytes, compliance);
    }

    @Override
    public boolean parseNext(ByteBuffer buffer) {
        int refusal = refusal(buffer);
        if (refusal == RequestLine.OK) {
            return super.parseNext(buffer);
        }
        buffer.position(buffer.limit());
        badMessage(new HttpException.RuntimeException(refusal));
        return false;
    }

    private int refusal(ByteBuffer buffer) {
        if (isStart()) {
            line.begin();
            int refusal = line.skipLineEnds(buffer);
            if (refusal != RequestLine.OK) {
                return refusal;
            }
        }
        return getState().compareTo(State.HEADER) < 0 ? line.check(buffer) : RequestLine.OK;
    }
}
