package redisproxy.jetty;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sends {@code text/plain; charset=utf-8} as RFC 9110 spells it, with the space that the servlet layer removes, because some
 * clients compare it as a string.
 */
final class ContentTypeSpelling extends Handler.Wrapper {
    private static final String UNSPACED = "text/plain;charset=utf-8";
    private static final HttpField SPACED =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");

    ContentTypeSpelling(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields.Mutable headers = new SpelledFields(response.getHeaders());
        Response spelled = new Response.Wrapper(request, response) {
            @Override
            public HttpFields.Mutable getHeaders() {
                return headers;
            }
        };
        return super.handle(request, spelled, callback);
    }

    private static final class SpelledFields extends HttpFields.Mutable.Wrapper {
        SpelledFields(HttpFields.Mutable fields) {
            super(fields);
        }

        @Override
        public HttpField onAddField(HttpField field) {
            return UNSPACED.equals(field.getValue()) ? SPACED : field;
        }

        @Override
        public HttpField onReplaceField(HttpField oldField, HttpField newField) {
            return onAddField(newField);
        }
    }
}
