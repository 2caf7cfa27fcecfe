package redisproxy.admin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * Answers a probe as Kubernetes' own components do (kubernetes.io, "Kubernetes API health endpoints"): 200 and {@code ok} if all
 * checks hold, else 503 and one line for each check; with {@code ?verbose} the lines come in both cases. Thread-safe; never
 * blocks.
 */
final class HealthHandler extends Handler.Abstract.NonBlocking {
    private static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");

    private final String name;
    private final Supplier<List<Check>> checks;

    /**
     * @param name the name of the probe, for its last line
     * @param checks returns the checks that count at present
     */
    HealthHandler(String name, Supplier<List<Check>> checks) {
        this.name = name;
        this.checks = checks;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        StringBuilder lines = new StringBuilder();
        boolean holds = true;
        for (Check check : checks.get()) {
            String failure = check.failure().get();
            holds &= failure == null;
            lines.append(failure == null ? "[+]" : "[-]").append(check.name());
            lines.append(failure == null ? " ok" : " failed: " + failure).append('\n');
        }
        lines.append(name).append(holds ? " check passed\n" : " check failed\n");
        response.setStatus(holds ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders().put(TEXT);
        String text = holds && !isVerbose(request) ? "ok\n" : lines.toString();
        Content.Sink.write(response, true, text, callback);
        return true;
    }

    private static boolean isVerbose(Request request) {
        String query = request.getHttpURI().getQuery();
        if (query == null) {
            return false;
        }
        Fields parameters = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
        Fields.Field verbose = parameters.get("verbose");
        return verbose != null && !"false".equals(verbose.getValue());
    }
}
